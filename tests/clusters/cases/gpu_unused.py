FOUND = {"plain runtime": {"gpus": 4, "driver_node_type": "g5.12xlarge"}}
CLEAN = {"GPU runtime": {"gpus": 4, "runtime": "15.4.x-gpu-ml-scala2.12"}, "no GPU": {}}

FOUND = {
    "old": {"worker_node_type": "r4.4xlarge"},
    "big driver": {"driver_cores": 64.0},
    "two families": {"driver_node_type": "m5.4xlarge"},
    "few huge": {"workers": 2.0, "worker_node_minutes": 24000.0, "worker_cores": 32.0},
}
CLEAN = {"as it is": {}, "twice the driver": {"driver_cores": 32.0}}

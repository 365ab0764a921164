FOUND = {"spot for one of four": {"first_on_demand": 4.0}, "64 cores": {"worker_cores": 64.0}}
CLEAN = {"spot for all but the driver": {}, "on demand": {"availability": "ON_DEMAND", "first_on_demand": 4.0}}

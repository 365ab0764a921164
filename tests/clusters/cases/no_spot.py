FOUND = {"on demand": {"availability": "ON_DEMAND"}}
CLEAN = {
    "spot": {},
    "production": {"availability": "ON_DEMAND", "_production": True},
    "from a pool": {"availability": "ON_DEMAND", "worker_pool_id": "p1"},
    "one worker": {"availability": "ON_DEMAND", "workers": 1.0, "worker_node_minutes": 12000.0},
}

FOUND = {"a quarter used": {"worker_memory_p95": 25.0}}
CLEAN = {
    "40 % used": {"worker_memory_p95": 40.0},
    "no smaller machine is offered": {"worker_memory_p95": 25.0, "_node_types": ()},
    "not measured": {"worker_memory_p95": None},
}

FOUND = {
    "memory": {"worker_memory_p95": 93.0},
    "swaps": {"driver_swap_minutes": 700.0},
    "CPU": {"worker_cpu_p95": 97.0, "worker_cpu_p50": 88.0},
}
SAVES = {"memory": None}
CLEAN = {"busy": {}, "bursts": {"worker_cpu_p95": 97.0, "worker_cpu_p50": 30.0}}

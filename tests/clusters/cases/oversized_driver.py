FOUND = {"asleep": {"driver_cpu_p95": 8.0, "driver_memory_p95": 20.0}}
CLEAN = {
    "busy": {},
    "memory is needed": {"driver_cpu_p95": 8.0, "driver_memory_p95": 55.0},
    "not measured": {"driver_cpu_p95": None},
}

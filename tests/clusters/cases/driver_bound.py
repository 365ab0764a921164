FOUND = {"pandas": {"driver_cpu_p50": 72.0, "worker_cpu_p95": 9.0, "worker_cpu_p50": 5.0}}
SAVES = {"pandas": (480, 640)}
CLEAN = {"both work": {"driver_cpu_p50": 72.0}, "both rest": {"worker_cpu_p95": 9.0}}

P = {"runtime": "15.4.x-photon-scala2.12", "photon": True}
FOUND = {"it waits": P | {"worker_cpu_p95": 20.0}, "busy without": {"worker_cpu_p95": 92.0, "worker_cpu_p50": 70.0}}
SAVES = {"it waits": (0, 300), "busy without": None}
CLEAN = {
    "busy with": P | {"worker_cpu_p95": 92.0, "worker_cpu_p50": 70.0},
    "rests without": {},
    "not measured": P | {"worker_cpu_p95": None, "driver_cpu_p95": None},
}

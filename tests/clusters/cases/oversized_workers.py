# 4 workers at p95 10 % CPU and 15 % memory: one would do (4 × 0.15 / 0.8 = 0.75; with room 4 × 0.15 / 0.6 = 1)
IDLE = {"worker_cpu_p50": 5.0, "worker_cpu_p95": 10.0, "worker_memory_p95": 15.0}
FOUND = {"one would do": IDLE, "by memory two, with room three": IDLE | {"worker_memory_p95": 40.0}}
SAVES = {"one would do": (480, 480)}
CLEAN = {
    "busy": {},
    "one worker": IDLE | {"workers": 1.0, "worker_node_minutes": 12000.0},
    "memory is needed": IDLE | {"worker_memory_p95": 80.0},
    "not measured": {"worker_cpu_p95": None},
}

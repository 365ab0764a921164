FOUND = {
    "ten": {"workers": 10.0, "worker_node_minutes": 120000.0},
    "ten, not measured": {"workers": 10.0, "worker_cpu_mean": None},
}
SAVES = {"ten, not measured": None}
CLEAN = {"nine": {"workers": 9.0}, "scales": {"workers": None, "min_workers": 1.0, "max_workers": 20.0}}

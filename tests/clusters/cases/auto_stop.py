FOUND = {
    "never": {"auto_stop_minutes": 0},
    "121 minutes": {"auto_stop_minutes": 121},
    "never, and not measured": {"auto_stop_minutes": 0, "idle_cost": None, "idle_cost_60": None, "idle_after_30": None},
}
SAVES = {"never": (0, 60), "never, and not measured": None}
CLEAN = {"120 minutes": {"auto_stop_minutes": 120}, "a job's cluster": {"auto_stop_minutes": 0, "source": "JOB"}}

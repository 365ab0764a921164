FOUND = {"a quarter of its time": {"idle_after_30": 3000.0, "idle_cost": 200.0, "idle_cost_60": 80.0}}
SAVES = {"a quarter of its time": (80, 200)}
CLEAN = {
    "busy and up 10 h": {},
    "idle, but it cost next to nothing": {"idle_after_30": 3000.0, "idle_cost": 0.4},
    "not measured": {"up_minutes": None, "idle_after_30": None, "idle_cost": None},
}

OF = "warehouse"
W = {
    "auto_stop_minutes": 120,
    "on_minutes": 12000.0,
    "busy_minutes": 600.0,
    "starts": 40,
    "total_cost": 1200.0,
    "active_hours": 100,
}
FOUND = {"two hours": W, "never": W | {"auto_stop_minutes": 0, "starts": 0}}
SAVES = {"two hours": (360, 440), "never": (0, 600)}
CLEAN = {"45 minutes": W | {"auto_stop_minutes": 45}, "was not on": W | {"on_minutes": None}}

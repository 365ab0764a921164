OF = "pool"
FOUND = {
    "waits": {
        "idle_hours": 900.0,
        "used_hours": 100.0,
        "idle_cost": 200.0,
        "total_cost": 200.0,
        "vm_price": 0.2,
        "min_idle": 3,
        "idle_stop_minutes": 60,
    }
}
SAVES = {"waits": (180, 200)}
CLEAN = {
    "used": {"idle_hours": 90.0, "used_hours": 100.0, "idle_cost": 20.0, "total_cost": 20.0},
    "no events": {"idle_hours": None, "used_hours": None},
}

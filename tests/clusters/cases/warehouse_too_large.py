OF = "warehouse"
W = {
    "size": "LARGE",
    "on_minutes": 12000.0,
    "busy_minutes": 600.0,
    "total_cost": 1000.0,
    "statements": 500,
    "queued_statements": 2,
    "spilled_statements": 0,
    "most_clusters": 1,
}
FOUND = {"a twentieth busy": W}
SAVES = {"a twentieth busy": (475, 500)}
CLEAN = {
    "small": W | {"size": "SMALL"},
    "spills": W | {"spilled_statements": 20},
    "queues": W | {"queued_statements": 50},
    "busy": W | {"busy_minutes": 3000.0},
    "needs two clusters": W | {"most_clusters": 2},
}

OF = "warehouse"
W = {"statements": 1000, "queued_statements": 100, "queue_p95_s": 30.0, "queued_minutes": 120.0, "max_clusters": 1}
FOUND = {"a tenth": W}
CLEAN = {"less": W | {"queued_statements": 99}, "too few to say": W | {"statements": 40, "queued_statements": 20}}

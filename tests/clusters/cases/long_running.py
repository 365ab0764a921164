FOUND = {"25 hours": {"_up_hours": 25.0}}
CLEAN = {"24 hours": {"_up_hours": 24.0}, "nobody knows": {}, "a job's": {"_up_hours": 90.0, "source": "JOB"}}

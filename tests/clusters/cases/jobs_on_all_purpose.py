JOBS = {"jobs": 3, "runs": 60, "shared_cost": 400.0, "own_price": 0.55, "job_price": 0.15}
FOUND = {"three jobs": {"_jobs": JOBS}, "no price to compare with": {"_jobs": JOBS | {"job_price": None}}}
SAVES = {"three jobs": (291, 351), "no price to compare with": None}
CLEAN = {
    "none": {},
    "jobs cost as much": {"_jobs": JOBS | {"job_price": 0.55}},
    "a job's cluster": {"_jobs": JOBS, "source": "JOB"},
}

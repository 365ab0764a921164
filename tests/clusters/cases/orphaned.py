FOUND = {"61 days": {"_owner_days": 61}, "never seen": {"_owner_days": 10**6}}
SAVES = {"61 days": (60, 800)}
CLEAN = {
    "59 days": {"_owner_days": 59},
    "nobody knows": {},
    "a service principal": {"_owner_days": 99, "owner": "7d0a6f0e"},
}

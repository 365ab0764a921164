"""Can the numbers be believed: checks with evidence, why each matters, and what to do."""

"""Watching: what costs will be, what happened to them, and budgets. Pure rules, and one module each that reads."""

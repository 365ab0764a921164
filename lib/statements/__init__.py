"""Queries: what statements cost, why, and how to make them cheaper."""

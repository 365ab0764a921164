"""Lakeledger: what a Databricks account used, what it cost, for whom, and what could be saved."""

__version__ = "0.1.0"

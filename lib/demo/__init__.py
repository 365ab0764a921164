"""A believable Databricks account with planted facts, generated into DuckDB."""

from lib.demo.account import create_account
from lib.demo.spec import DemoSpec, newest_day

__all__ = ["DemoSpec", "create_account", "newest_day"]

"""What a query may not say, because Databricks, Spark and DuckDB read it differently or one refuses it.

Each ban is a function from a `Statement` to what it finds; `lib/queries/lint.py` has the list of them.
"""

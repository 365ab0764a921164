"""A SQL warehouse as an engine: databricks-sql-connector over Thrift, Arrow all the way.

connect   opens a connection as one identity        pool     keeps them, one thread to each
running   runs one statement: deadline, cancel      failures vendor errors as ours, with remedies
names     table names, empty and given relations    known    what the identity can see, and how new it is
warehouse all of it behind `lib.warehouse.Warehouse`  meter  what it did and what that cost
ledger    the ledger as Delta tables                setup    what must be granted, and the checks of it
"""

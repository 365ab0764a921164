"""A SQL warehouse as an engine: databricks-sql-connector over Thrift, Arrow all the way.

warehouse   all of it behind `lib.warehouse.Warehouse`, for one identity, made of
    state       what is known about the data now      known       how the ledger says it
    readable    which tables can be read              statements  queries as they are sent
    asking      one query, or several in a statement  packing     how several become one
    looking     whether there is something newer      names       table names, empty and given relations
sending     a statement with its limits             failures    vendor errors as ours, with remedies
running     deadline, cancel, try again             cancelling  who waits may stop it
connect     opens a connection as one identity      pool        keeps them, one thread to each
refreshing  brings the ledger up to date            ledger      replaces its days, publishes
tables      its Delta tables and their columns      lease       one writer at a time
own, texts  the statements in `sql/`                meter       what was done and what that cost
setup       what must be granted, and the checks of it
"""

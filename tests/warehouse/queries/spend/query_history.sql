-- Statements of a table that this account does not have.
-- Row: (statement_id)
-- Params: none
-- Returns: statement_id STRING
SELECT statement_id FROM system.query.history

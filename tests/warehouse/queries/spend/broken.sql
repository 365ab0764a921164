-- A column that does not exist.
-- Row: one
-- Params: none
-- Returns: n BIGINT
SELECT no_such_column AS n FROM system.billing.usage

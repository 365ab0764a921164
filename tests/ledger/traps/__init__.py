"""The traps of the system tables, by their number: the naive answer beside ours, on rows made by hand."""

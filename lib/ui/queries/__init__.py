"""The pages about queries: lists of them, one fingerprint, one statement, one SQL warehouse, and what to change."""

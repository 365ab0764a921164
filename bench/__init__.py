"""How fast the ledger is, against the naive way: `python -m bench`."""

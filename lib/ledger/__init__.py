"""The ledger: which relations are stored, and how they follow their sources day by day."""

"""Jobs and their runs: what they cost, how they end, down to the usage rows."""

"""How a figure came to be: its formula with the actual inputs, prices, base, date and query."""

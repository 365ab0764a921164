"""Pure cost maths: periods, filters, comparisons, prices. Nothing here reads a clock, a file or a database."""

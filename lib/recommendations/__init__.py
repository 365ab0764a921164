"""What could be saved: recommendations as values, what they add up to, and what became of them."""

"""Alerts over a real account: what messages say, to whom, and where they lead."""

"""Tells people before they ask: rules, what they find each day, and when that is worth a message."""

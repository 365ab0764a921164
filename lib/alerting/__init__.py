"""Alerts, joined: the account's facts for the rules, the messages they lead to, and a round of them all."""

"""Alerts, joined: the account's facts for the rules, the messages they lead to, and a round of them all."""

from lib.alerting.rounds import last_day, round_of_alerts, try_out

__all__ = ["last_day", "round_of_alerts", "try_out"]

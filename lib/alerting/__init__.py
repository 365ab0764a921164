"""Alerts, joined: the account's facts for the rules, the messages they lead to, and a round of them all."""

from lib.alerting.rounds import last_day, round_of_alerts, try_out
from lib.alerting.rules import drop_rule, save_rule, test_messages

__all__ = ["drop_rule", "last_day", "round_of_alerts", "save_rule", "test_messages", "try_out"]

"""The share of spend without a tag."""

from collections.abc import Sequence
from decimal import Decimal

from lib.alerts.kinds.kind import Kind, Moment, steps, watched
from lib.alerts.reading import Facts, Group, Reading, level_of
from lib.alerts.rule import Rule
from lib.alerts.windows import span


def read(rule: Rule, facts: Facts, moment: Moment) -> Sequence[Reading]:
    """Spend of the window that lacks the tag, as a share of all of it."""
    now = span(rule.window, moment.day)
    everything = rule.model_copy(update={"object_name": ""})
    parts = [
        (daily.group.key, daily.over(now.start, now.end))
        for daily in watched(everything, facts, moment, f"tag:{rule.subject}")
    ]
    total = sum((cost for _, cost in parts), Decimal(0))
    if total <= 0 or rule.percent is None:
        return []
    missing = sum((cost for key, cost in parts if not key), Decimal(0))
    share = missing / total
    fires = missing >= (rule.amount or Decimal(0))
    level = level_of(float(share) / rule.percent, steps(rule)) if fires else 0
    return [
        Reading(
            Group("", f"without tag {rule.subject}"), share, Decimal(str(rule.percent)), level, now.name, now.start, now.end,
            unit="share", money=missing,
        )
    ]  # fmt: skip


KIND = Kind(
    "untagged",
    "Share without a tag",
    "The share of spend that lacks a tag; an amount keeps small sums out.",
    read,
    needs=("subject", "percent"),
    uses=("amount", "window"),
)

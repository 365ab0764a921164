"""What one cluster cost, in cards and by day."""

import pandas as pd

from lib.clusters import fleet
from lib.clusters.detail import Detail
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.ui import cards, session


def summary(found: Detail, currency: str) -> list[cards.Card]:
    """The cards above everything."""
    row = found.row
    spent = found.days["total_cost"].sum(min_count=1)
    idle = row.get("idle_cost")
    share = row.get("idle_share")
    hours = row.get("up_minutes")
    return [
        cards.money("30 days", spent, currency, none="none", trend=found.days["total_cost"].fillna(0)),
        cards.money("DBU cost", found.days["dbu_cost"].sum(min_count=1), currency, none="none"),
        cards.money("VM cost", found.days["vm_cost"].sum(min_count=1), currency, none="none", badge=row.get("vm_basis") or ""),
        cards.money(
            "Idle", idle, currency, none="not assessed", badge="estimated",
            chip="" if formatting.missing(share) else f"{formatting.percent(share)} of its time",
        ),
        cards.Card("Up", formatting.NONE if formatting.missing(hours) else formatting.duration(float(hours or 0) * 60)),
        cards.money("Cost/h up", row.get("cost_per_hour"), currency, none="not assessed", badge="estimated"),
    ]  # fmt: skip


def complete(found: Detail) -> pd.DataFrame:
    """Its days as the card of days wants them."""
    until = session.as_of().complete_until
    return found.days.assign(is_complete=[day < until for day in found.days["usage_date"]])


def of_window(filters: Filters, over: fleet.Window) -> Filters:
    """The view's filters over the days that the page is about."""
    return filters.with_period(Period(over.start, over.end))

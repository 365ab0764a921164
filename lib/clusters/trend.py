"""How busy a cluster was, day by day, smoothed: a moving average over the days it was up. Pure."""

from datetime import timedelta

import pandas as pd

FEWEST, MOST = 3, 14
"""Days that a moving average may reach over."""


def smoothed(hours: pd.DataFrame, column: str, days: int) -> pd.DataFrame:
    """One row a (usage_date, node_role) with work: `value`, the mean of `column` over that day and the days before it.

    hours:   rows of `Past.hours`: `hour_at`, `node_role`, `node_minutes` and `column` in percent
    days:    how many days the average reaches over; each node minute counts once, so a short day weighs little
    Days on which the cluster was not up have no row, and count nothing in the averages after them.
    """
    known = hours.dropna(subset=[column])
    known = known.assign(usage_date=known["hour_at"].dt.date, points=known[column] * known["node_minutes"])
    daily = known.groupby(["node_role", "usage_date"], as_index=False)[["points", "node_minutes"]].sum()
    parts = []
    for role, part in daily.groupby("node_role"):
        by_day = part.set_index(pd.to_datetime(part["usage_date"]))[["points", "node_minutes"]]
        sums = by_day.rolling(timedelta(days=days)).sum()
        parts.append(
            pd.DataFrame({"usage_date": part["usage_date"].to_numpy(), "node_role": role,
                          "value": (sums["points"] / sums["node_minutes"]).to_numpy()})
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["usage_date", "node_role", "value"])

"""Which tag's values are watched as series of their own, and stand for teams: what the account has decides."""

from collections.abc import Iterable

from lib.spend.compare import AsOf
from lib.warehouse import Warehouse

USUAL = ("team", "Team", "cost_center", "CostCenter", "project", "env")
"""Keys that people use for this, the likeliest first."""


def choose(there_are: Iterable[str]) -> str:
    """The usual key that there is, else the first by name; `team` where there is none at all.

    >>> choose(["zone", "cost_center"]), choose(["zone", "app"]), choose([])
    ('cost_center', 'app', 'team')
    """
    known = set(there_are)
    return next((key for key in USUAL if key in known), min(known, default=USUAL[0]))


def watched_tag(warehouse: Warehouse, until: AsOf) -> str:
    """The key for this account."""
    return choose(tag_keys(warehouse, until))


def tag_keys(warehouse: Warehouse, until: AsOf) -> frozenset[str]:
    """Every tag key that the account's usage carries."""
    if until.first_day is None or until.last_day is None:
        return frozenset()
    period = {"start_date": until.first_day, "end_date": max(until.last_day, until.today)}
    rows = warehouse.fetch("names/choices", period).to_pylist()
    return frozenset(row["choice"] for row in rows if row["kind"] == "tag")


def key_of(series: str, usual: str) -> str:
    """The tag key of a series: its own when it is of a tag's value, else the usual one.

    >>> key_of("tag:cost_center=12", "team"), key_of("job:1@2", "team")
    ('cost_center', 'team')
    """
    return series.removeprefix("tag:").partition("=")[0] if series.startswith("tag:") else usual

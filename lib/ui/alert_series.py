"""The days behind an alert: what the watched thing cost, against the limit, and what its last window was made of."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from lib.alerting.facts import AccountFacts
from lib.alerts.reading import Driver, Group
from lib.alerts.rule import Rule
from lib.alerts.windows import span
from lib.spend import formatting
from lib.spend.compare import AsOf
from lib.spend.period import Period
from lib.store.alerts import StateRow
from lib.ui import session, theme, words
from lib.ui.charts.days import stacked_days
from lib.ui.charts.draw import echart
from lib.warehouse import Warehouse

DAYS = 45
PARTS = 5
WATCHED = {"job": "job", "job_change": "job"}
"""What kinds watch that name no dimension of their own."""
WITH_DAYS = ("spend", "job", "job_change", "new_group", "forecast")


def draw(rule: Rule, group: str, state: StateRow | None) -> None:
    """Chart and parts, for kinds that are about cost by day; nothing for the others."""
    by = WATCHED.get(rule.kind, rule.by)
    if rule.kind in WITH_DAYS:
        found = session.ask(_days, rule.model_dump_json(), by, group, session.as_of())
        if not found.empty:
            period = Period(found["usage_date"].min(), found["usage_date"].max() + timedelta(days=1))
            spec = stacked_days(
                found, by="part", value="cost", period=period, currency=rule.currency, theme=theme.current()
            )
            echart(
                spec, key="alert-days", alt=f"Cost of {state.group_name if state else 'all spend'} by day", height=240
            )
            parts = session.ask(_parts, rule.model_dump_json(), group, session.as_of())
            if parts:
                said = [
                    f"{part.name} {part.said or formatting.money(part.cost, rule.currency)}" for part in parts[:PARTS]
                ]
                st.caption(words.plain(f"Made of: {', '.join(said)}."))


def _days(warehouse: Warehouse, rule_json: str, by: str, group: str, as_of: AsOf) -> pd.DataFrame:
    """One row a day: usage_date, part (always "Cost"), cost."""
    rule, facts, day = _facts(warehouse, rule_json, as_of)
    mine = next((daily for daily in facts.daily(rule, by, day, day) if daily.group.key == group), None)
    rows = (
        [{"usage_date": d, "part": "Cost", "cost": float(cost)} for d, cost in sorted(mine.costs.items())]
        if mine
        else []
    )
    return pd.DataFrame(rows, columns=["usage_date", "part", "cost"])


def _parts(warehouse: Warehouse, rule_json: str, group: str, as_of: AsOf) -> Sequence[Driver]:
    """What the last window's cost was made of."""
    rule, facts, day = _facts(warehouse, rule_json, as_of)
    now = span(rule.window, day)
    return facts.drivers(rule, Group(group), now.start, now.end)


def _facts(warehouse: Warehouse, rule_json: str, as_of: AsOf) -> tuple[Rule, AccountFacts, date]:
    day = as_of.complete_until - timedelta(days=1)
    rule = Rule.model_validate_json(rule_json)
    return rule, AccountFacts(warehouse, day - timedelta(days=DAYS), day + timedelta(days=1)), day

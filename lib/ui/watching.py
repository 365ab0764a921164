"""What the pages Anomalies, Forecast and Budgets share: the daily costs, choices kept in the address, and who may write."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import streamlit as st

from lib.access import Role
from lib.spend import formatting
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.store import watch as stored
from lib.ui import choices, rankings, session
from lib.ui.address import View
from lib.watch import days_off, desk, tag
from lib.watch.daily import KINDS, WORDS, Daily, Key, parse_key, read
from lib.watch.days_off import Calendar
from lib.watch.tell import Told, Watched, with_marks


def may_write() -> bool:
    """May the one who looks mute, plan and change budgets?"""
    return session.viewer().role >= Role.OPERATOR


def watched_tag() -> str:
    """The tag key whose values are watched."""
    return tag.choose(session.options().tags)


def daily(filters: Filters) -> Daily:
    """Daily costs of everything in the view; the period of the view does not matter."""
    until = session.as_of()
    return session.ask(read, timeless(filters), until, watched_tag())  # type: ignore[no-any-return]


def calendar() -> Calendar:
    """What forecasts know of days to come."""
    context = session.context()
    return days_off.calendar(context.store, context.settings.holidays)


def timeless(filters: Filters) -> Filters:
    """The same filters whatever the period, so that answers are shared."""
    return replace(filters.with_period(Period(date(2000, 1, 1), date(2000, 1, 2))), compare=None)


def watched(view: View) -> tuple[Watched, tuple[Told, ...]]:
    """What began in the period of the view, with what people said about it."""
    context, until = session.context(), session.as_of()
    own = desk.sensitivity(context.store, context.viewer.name)
    planned = tuple(stored.planned_events(context.store))
    since = view.filters.period.start
    found: Watched = session.ask(
        desk.scanned, timeless(view.filters), until, watched_tag(), since, own, planned, context.settings.holidays
    )
    marks = desk.marks_of(stored.all_marks(context.store, until.today))
    inside = [one for one in found.told if since <= one.day < view.filters.period.end or one.thing.kind == "slow drift"]
    return found, with_marks(inside, marks)


def choose_series(costs: Daily, *, label: str = "of") -> Key:
    """Kind and series; what they say is in the address as `kind` and `series`. The costliest come first."""
    kinds = [kind for kind in KINDS if any(key.kind == kind for key in costs.keys)]
    kind = choices.one("kind", kinds, "total")
    st.selectbox(label.capitalize(), kinds, format_func=WORDS.__getitem__, width=180, **choices.bound("kind", kind))
    if kind == "total":
        return Key("total")
    keys = ranked(costs, kind)
    names = {key.text: name_of(costs, key) for key in keys}
    asked = choices.one("series", list(names), next(iter(names)))
    st.selectbox(
        "Which", list(names), format_func=lambda text: names[text], width=360, **choices.bound("series", asked)
    )
    return parse_key(asked)


def ranked(costs: Daily, *kinds: str, most: int = 300) -> list[Key]:
    """Series of these kinds by cost in the last 30 days, those that cost something."""
    recent = costs.values[:, -30:].sum(1)
    found = [(recent[number], key) for number, key in enumerate(costs.keys) if key.kind in kinds and recent[number] > 0]
    return [key for _, key in sorted(found, key=lambda pair: -pair[0])[:most]]


def name_of(costs: Daily, key: Key) -> str:
    """A series as people call it."""
    if key.kind == "total":
        return WORDS["total"]
    if key.kind == "product":
        return formatting.product(key.key or None)
    if key.kind == "owner" and not key.key:
        return rankings.NOBODY.get("owner", "nobody")
    return costs.name(key) or "none"


def written(what: Callable[[], object], said: str) -> None:
    """Do it, say so, and look again."""
    what()
    st.toast(said, icon=":material/check:")
    st.rerun()

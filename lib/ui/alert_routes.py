"""Where teams are told: the routes of alerts, and a form to change one."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.access import Role
from lib.alerting.routes import DEFAULT, Route, route_of, routes, same_team, save_route
from lib.context import utc_now
from lib.errors import AppError
from lib.ui import export, intent, session, watching, words
from lib.ui.columns import Column
from lib.ui.table import Table

ROUTES = (
    Column("team", "Team", phone=True),
    Column("cost", "Cost of 30 days", "money", missing="none"),
    Column("people", "Recipients", phone=True, missing="the channel alone"),
    Column("channels", "Channels", missing="those of the rule"),
    Column("state", "Told", "badge"),
)
NOBODY = "Everything else (default)"


def draw(above: DeltaGenerator) -> None:
    """Every team with how it is told; administrators change it."""
    context, tag = session.context(), watching.watched_tag()
    if asked := intent.taken("route-save"):
        _save(*asked)
    known = routes(context.store)
    costs = watching.daily(session.view().filters)
    recent: dict[str, float] = {}
    for number, key in enumerate(costs.keys):
        if key.kind == "tag":
            team = same_team(key.key.partition("=")[2])
            recent[team] = recent.get(team, 0.0) + float(costs.values[number, -30:].sum())
    routed = {same_team(team) for team in known} - {DEFAULT}
    teams = [*sorted(recent, key=lambda team: -recent[team]), *sorted(routed - set(recent))]
    st.caption(
        words.plain(
            "A rule that is also told “to whom it belongs” goes to the owner that a tag of the thing names, else to its team, "
            f"else to who the bill names, else to the default. Teams are the values of the tag “{tag}”."
        )
    )
    rows = [
        {
            "team": team or NOBODY, "cost": recent.get(team), "people": ", ".join(route.recipients) or None,
            "channels": ", ".join(route.channels) or None, "state": "no route" if route == Route() else "yes",
        }
        for team in (*teams, DEFAULT)
        for route in (_known(team, known),)
    ]  # fmt: skip
    export.listed(Table(
            pd.DataFrame(rows), ROUTES, costs.currency, "routes", "Teams and where they are told", page_size=25,
            extra=lambda row, column: (
                {"badge": "ok" if row["state"] == "yes" else "plain"}
                if column.name == "state"
                else {"text": "the rule's own"}
                if row["state"] == "no route" and column.name in ("people", "channels")
                else {}
            ),
        ), name="alert-routes", row=above)  # fmt: skip
    if session.viewer().role < Role.ADMIN:
        st.caption("Administrators say where teams are told.")
        return
    _form([*teams, DEFAULT], known)


def _form(teams: list[str], known: Mapping[str, Route]) -> None:
    with st.container(border=True):
        st.markdown("**Where a team is told**")
        left, middle, right = st.columns(3, vertical_alignment="bottom")
        team = left.selectbox("Team", teams, format_func=lambda name: name or NOBODY, key="route-team")
        now = _known(team or DEFAULT, known)
        people = middle.text_input("Recipients, by comma", ", ".join(now.recipients), key=f"route-people-{team}")
        channels = right.multiselect(
            "Channels", list({*session.context().channels, *now.channels}), default=list(now.channels),
            placeholder="Those of the rule", key=f"route-channels-{team}",
        )  # fmt: skip
        listed = tuple(person.strip() for person in people.split(",") if person.strip())
        with st.container(horizontal=True):
            st.button(
                "Save this route", key="route-keep", type="primary", icon=":material/save:", on_click=intent.remember,
                args=("route-save", team or DEFAULT, listed, tuple(channels), True),
            )  # fmt: skip
            st.button(
                "Forget this route", key="route-drop", disabled=now == Route(), on_click=intent.remember,
                args=("route-save", team or DEFAULT, (), (), False),
            )  # fmt: skip


def _known(team: str, known: Mapping[str, Route]) -> Route:
    return (route_of(team, known) if team else known.get(DEFAULT)) or Route()


def _save(team: str, people: tuple[str, ...], channels: tuple[str, ...], keep: bool) -> None:
    try:
        save_route(session.context(), team, Route(people, channels) if keep else None, utc_now())
    except AppError as error:
        st.error(words.plain(f"{error.message} {error.remedy}"), icon=":material/error:")
        return
    st.toast(words.plain(f"{team or NOBODY}: {'saved' if keep else 'forgotten'}"), icon=":material/check:")

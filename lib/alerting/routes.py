"""Who hears of what belongs to somebody: owner, else team, else default.

Which address a team has is a setting of everybody (`alerts.routes`); a team is a value of the watched tag.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from lib.access import Role
from lib.alerts.reading import Belongs
from lib.alerts.rule import Rule
from lib.context import Context
from lib.errors import InputError
from lib.store import Store, configs
from lib.store.events import Event, record

SETTING = "alerts.routes"
DEFAULT = ""
"""Name of the route that is used where neither owner nor team can be told."""


@dataclass(frozen=True)
class Route:
    """Where a team is told."""

    recipients: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """Empty: through the channels of the rule."""


def routes(store: Store) -> dict[str, Route]:
    """Every route by team; the default is that of the empty name."""
    found = configs.get(store, SETTING)
    value = found.value if found and isinstance(found.value, dict) else {}
    return {
        team: Route(tuple(route.get("recipients", ())), tuple(route.get("channels", ())))
        for team, route in value.items()
        if isinstance(route, dict)
    }


def save_route(context: Context, team: str, route: Route | None, now: datetime) -> None:
    """Write where a team is told, or (None) forget it; an administrator's, on record."""
    context.viewer.require(Role.ADMIN, "say where teams are told")
    if route is not None:
        context.require_channels(route.channels)
        if not (route.recipients or route.channels):
            raise InputError("A route needs a recipient or a channel.", place=team or "default")
    with context.store.begin():
        known = configs.get(context.store, SETTING)
        before = routes(context.store)
        others = {name: kept for name, kept in before.items() if same_team(name) != same_team(team)}
        after = others | ({team.strip(): route} if route else {})
        value = {name: {part: list(said) for part, said in asdict(kept).items()} for name, kept in after.items()}
        configs.put(context.store, SETTING, value, now, version=known.version if known else 0)
        event = Event(
            now, context.viewer.name, "change alert route" if route else "drop alert route", "team", team or "default",
            team or "default", before=asdict(before[team]) if team in before else None, after=asdict(route) if route else None,
        )  # fmt: skip
        record(context.store, event)


def receivers(rule: Rule, whose: Belongs, known: Mapping[str, Route]) -> Iterator[tuple[str, str]]:
    """Channel and recipient of each message, once: to whom the thing belongs, the rule's team, its own recipients."""
    told: dict[tuple[str, str], None] = {}
    if rule.to_owner:
        told |= dict.fromkeys(_spread(_owner(whose, known), rule))
    if team := route_of(rule.team, known):
        told |= dict.fromkeys(_spread(team, rule))
    if rule.recipients or not told:
        told |= dict.fromkeys(_spread(Route(rule.recipients), rule))
    yield from told


def route_of(team: str, known: Mapping[str, Route]) -> Route | None:
    """The route of a team, whatever the case and the blanks around its name: tags are typed by hand."""
    same = same_team(team)
    return next((route for name, route in known.items() if same and same_team(name) == same), None)


def same_team(name: str) -> str:
    """Equal for the spellings of one team."""
    return name.strip().casefold()


def _owner(whose: Belongs, known: Mapping[str, Route]) -> Route:
    """Who its own tag names, else its team, else who the bill names, else the default."""
    if "@" in whose.owner:
        return Route((whose.owner,))
    if team := route_of(whose.team, known):
        return team
    if "@" in whose.billed:
        return Route((whose.billed,))
    return known.get(DEFAULT, Route())


def _spread(route: Route, rule: Rule) -> Iterator[tuple[str, str]]:
    if route == Route() and rule.recipients:
        return
    for channel in route.channels or rule.channels:
        yield from ((channel, person) for person in route.recipients or ("",))


def owner_words(whose: Belongs) -> str:
    """To whom something belongs, as a message says it."""
    if whose.name and whose.team:
        return f"{whose.name}, team {whose.team}"
    return whose.name or (f"team {whose.team}" if whose.team else "nobody is named")

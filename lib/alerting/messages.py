"""What an alert tells, and to whom."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from urllib.parse import urlencode

from lib.alerting.facts import AccountFacts, moment_words
from lib.alerting.places import place_of
from lib.alerting.routes import owner_words, receivers, routes
from lib.alerts import words
from lib.alerts.evaluate import Due
from lib.alerts.kinds.kind import Moment
from lib.alerts.reading import Belongs, Group, Reading
from lib.alerts.rule import Rule
from lib.messages import draft
from lib.notifications import Notice
from lib.spend import formatting
from lib.store import Store, outbox

DRIVERS = 3


def teller(store: Store, account: AccountFacts, moment: Moment, app_url: str) -> Callable[[Due], None]:
    """Writes the message of a step to the outbox: one for every channel and recipient of the rule."""

    known = routes(store)

    def tell(due: Due) -> None:
        if not (due.rule.channels or due.rule.to_owner or due.rule.team):
            return  # shown in the app only
        group = due.reading.group
        whose = account.belongs(due.rule, group, due.reading.start, due.reading.end)
        notice = notice_of(due, account, whose, moment, app_url)
        happened = due.step.happened or ""
        for channel, recipient in receivers(due.rule, whose, known):
            level = "resolved" if happened == "resolved" else str(due.step.state.told_level)
            key = f"alert/{due.rule_id}/{group.key}/{due.reading.period}/{level}/{channel}/{recipient}"
            message = draft(notice, channel=channel, recipient=recipient, key=key, about="alert")
            outbox.put(store, message, moment.now)

    return tell


def notice_of(due: Due, facts: AccountFacts, whose: Belongs, moment: Moment, app_url: str) -> Notice:
    """Amount, base, why, owner, links, how far the data goes."""
    rule, reading = due.rule, due.reading
    resolved = due.step.happened == "resolved"
    told = [
        *_figures(rule, reading),
        ("Limit", words.figure(reading.limit, reading.unit, rule.currency)),
        ("Period", words.days(reading)),
        ("Owner", owner_words(whose)),
        ("Rule", rule.name),
    ]
    return Notice(
        title=("Over: " if resolved else "") + words.title(rule, reading),
        summary="It is below its limit again." if resolved else words.why(rule, reading),
        facts=tuple(told),
        reasons=() if resolved else tuple(reasons(due, facts)),
        severity="info" if resolved else rule.severity_at(due.step.state.level),
        link=object_link(app_url, rule.of_team(facts.tag), reading),
        alert_link=link(app_url, due.rule_id, reading.group),
        mute_link=link(app_url, due.rule_id, reading.group, act="mute"),
        as_of=f"{formatting.day_words(moment.day)}, looked at {moment_words(moment.now)}",
        thread=f"alert/{due.rule_id}/{reading.group.key}",
        resolved=resolved,
    )


def _figures(rule: Rule, reading: Reading) -> list[tuple[str, str]]:
    """The figure, the money behind it and its base; where no money is in it, that is said."""
    figure = words.figure(reading.value, reading.unit, rule.currency)
    if reading.unit == "money":
        return [("Amount", figure), ("Base", words.BASES[rule.base])]
    name = {"hours": "Time", "share": "Share"}[reading.unit]
    if reading.money is not None:
        return [
            (name, figure),
            ("Amount", formatting.money(reading.money, rule.currency)),
            ("Base", words.BASES[rule.base]),
        ]
    if rule.kind == "freshness":
        return [(name, figure), ("Amount", "none: this is about data"), ("Base", "the rows' own time")]
    return [(name, figure), ("Amount", "not known yet"), ("Base", words.BASES[rule.base])]


def reasons(due: Due, facts: AccountFacts) -> Iterator[str]:
    """The three largest parts, with their share of the whole."""
    parts = facts.drivers(due.rule, due.reading.group, due.reading.start, due.reading.end)
    whole = sum((part.cost for part in parts if part.cost is not None), start=Decimal(0))
    for part in parts[:DRIVERS]:
        if part.cost is None:
            yield f"{part.name}: {part.said}"
        else:
            share = f" ({formatting.percent(part.cost / whole)})" if whole > 0 else ""
            yield f"{part.name}: {formatting.money(part.cost, due.rule.currency)}{share}"


def object_link(app_url: str, rule: Rule, reading: Reading) -> str:
    """Where the thing of an alert is shown, over the alert's days; empty where the app's address is not set."""
    if not app_url:
        return ""
    place = place_of(rule, reading.group.key, reading.period, reading.value, reading.limit)
    return f"{app_url.rstrip('/')}/{place.address}"


def link(app_url: str, rule: str, group: Group, **more: str) -> str:
    """Where an alert is shown; empty where the app's address is not set."""
    if not app_url:
        return ""
    return f"{app_url.rstrip('/')}/alerts?{urlencode({'rule': rule, 'group': group.key, **more})}"

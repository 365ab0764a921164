"""What an alert tells, and to whom."""

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

from lib.alerting.facts import AccountFacts, moment_words
from lib.alerts import words
from lib.alerts.evaluate import Due
from lib.alerts.kinds.kind import Moment
from lib.alerts.reading import Group
from lib.messages import draft
from lib.notifications import Notice
from lib.spend import formatting
from lib.store import Store, outbox

DRIVERS = 3


def teller(store: Store, account: AccountFacts, moment: Moment, app_url: str) -> Callable[[Due], None]:
    """Writes the message of a step to the outbox: one for every channel and recipient of the rule."""

    def tell(due: Due) -> None:
        group = due.reading.group
        owner = account.owner(due.rule, group, due.reading.start, due.reading.end) if due.rule.channels else group.owner
        notice = notice_of(due, account, owner, moment, app_url)
        happened = due.step.happened or ""
        for channel, recipient in receivers(due, owner):
            level = "resolved" if happened == "resolved" else str(due.step.state.told_level)
            key = f"alert/{due.rule_id}/{group.key}/{due.reading.period}/{level}/{channel}/{recipient}"
            message = draft(notice, channel=channel, recipient=recipient, key=key, about="alert")
            outbox.put(store, message, moment.now)

    return tell


def receivers(due: Due, owner: str) -> Iterator[tuple[str, str]]:
    """Channel and recipient of each message; the owner first, the rule's own recipients where nobody owns it or besides."""
    people = dict.fromkeys((*([owner] if due.rule.to_owner and "@" in owner else []), *due.rule.recipients))
    for channel in due.rule.channels:
        yield from ((channel, person) for person in people or [""])


def notice_of(due: Due, facts: AccountFacts, owner: str, moment: Moment, app_url: str) -> Notice:
    """Amount, base, why, owner, links, how far the data goes."""
    rule, reading = due.rule, due.reading
    resolved = due.step.happened == "resolved"
    told = [
        ("Limit", words.figure(reading.limit, reading.unit, rule.currency)),
        ("Period", reading.period),
        ("Base", words.BASES[rule.base]),
        ("Owner", owner or "nobody is named"),
        ("Rule", rule.name),
    ]
    if reading.unit != "money":
        told = [fact for fact in told if fact[0] != "Base"]
    return Notice(
        title=("Over: " if resolved else "") + words.title(rule, reading),
        summary="It is below its limit again." if resolved else words.why(rule, reading),
        facts=tuple(told),
        reasons=() if resolved or reading.unit != "money" else tuple(reasons(due, facts)),
        severity="info" if resolved else rule.severity_at(due.step.state.level),
        link=link(app_url, due.rule_id, reading.group),
        mute_link=link(app_url, due.rule_id, reading.group, act="mute"),
        as_of=f"{formatting.day_words(moment.day)}, looked at {moment_words(moment.now)}",
        thread=f"alert/{due.rule_id}/{reading.group.key}",
        resolved=resolved,
    )


def reasons(due: Due, facts: AccountFacts) -> Iterator[str]:
    """The largest parts of the cost, with their share of it."""
    parts = facts.drivers(due.rule, due.reading.group, due.reading.start, due.reading.end)
    whole = sum((cost for _, cost in parts), start=due.reading.value * 0)
    for name, cost in parts[:DRIVERS]:
        share = f" ({formatting.percent(cost / whole)})" if whole > 0 else ""
        yield f"{name}: {formatting.money(cost, due.rule.currency)}{share}"


def link(app_url: str, rule: str, group: Group, **more: str) -> str:
    """Where an alert is shown; empty where the app's address is not set."""
    if not app_url:
        return ""
    return f"{app_url.rstrip('/')}/alerts?{urlencode({'rule': rule, 'group': group.key, **more})}"

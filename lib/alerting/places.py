"""What an alert is about, and the page that shows it with the days and the filters of the alert. Pure.

Addresses are those of the pages (docs/alerts.md): a page and its parameters, without a host.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from lib.alerts.rule import Rule
from lib.alerts.windows import named
from lib.errors import AppError
from lib.spend.period import DAY, Period
from lib.watch.daily import OBJECTS, parse_key
from lib.watch.tell import identity_of

AROUND = timedelta(days=30)
"""Days before an anomaly that its page shows."""
FORECAST = "#forecast"
"""Ends the group of a budget that is forecast to be exceeded."""
OF_KIND = {"job": "job", "job_change": "job", "run": "run", "statement": "statement", "idle": "cluster", "budget": "budget",
           "anomaly": "anomaly", "freshness": "source"}  # fmt: skip
"""What the groups of a kind are, where the rule itself does not say by what it looks."""
LABELS = {
    "job": "Open this job",
    "run": "Open this run",
    "cluster": "Open this cluster",
    "warehouse": "Open this warehouse",
    "statement": "Open this statement",
    "budget": "Open this budget",
    "anomaly": "Open this anomaly",
    "source": "Open data trust",
}


@dataclass(frozen=True)
class Thing:
    """What one group of a rule is."""

    kind: str
    """`job`, `run`, `budget`, …; `total` for everything together."""
    key: str = ""
    workspace_id: str = ""
    part_of: str = ""
    """The job of a run."""

    @property
    def of_workspace(self) -> str:
        """As groups spell an object of a workspace: `workspace/id`."""
        return f"{self.workspace_id}/{self.part_of or self.key}"


@dataclass(frozen=True)
class Place:
    """A page, its parameters, and what a link to it says."""

    page: str
    params: tuple[tuple[str, str], ...]
    label: str

    @property
    def address(self) -> str:
        """Relative to the app."""
        return f"{self.page}?{urlencode(self.params)}" if self.params else self.page


def by_of(rule: Rule) -> str:
    """The dimension by which a rule looks; empty for everything together, and for kinds whose groups are none."""
    return {"job": "job", "job_change": "job", "idle": "cluster"}.get(
        rule.kind, "" if rule.kind in OF_KIND else rule.by
    )


def thing_of(rule: Rule, group: str) -> Thing:
    """What a group is.

    >>> thing_of(Rule(name="x", kind="run", amount=1), "ws/5/9")
    Thing(kind='run', key='9', workspace_id='ws', part_of='5')
    """
    kind = OF_KIND.get(rule.kind) or (rule.by.partition(":")[0] if rule.kind != "untagged" else "") or "total"
    if kind == "run":
        workspace, job, run = (*group.split("/", 2), "", "")[:3]
        return Thing("run", run, workspace, job)
    if kind in OBJECTS or kind == "statement":
        workspace, _, key = group.partition("/")
        return Thing(kind, key, workspace)
    if kind == "budget":
        return Thing("budget", group.removesuffix(FORECAST))
    return Thing(kind, group)


def place_of(rule: Rule, group: str, period: str, value: Decimal, limit: Decimal) -> Place:
    """Where the thing of an alert is shown. period: the name under which the crossing is told; value, limit: its figures."""
    thing, days = thing_of(rule, group), named(period)
    shown = _narrowed(rule) + _days(days)
    if thing.kind == "total" and rule.kind == "untagged":
        return Place(
            "explorer", (*_narrowed(rule, tag=f"{rule.subject}="), *_days(days), ("by", "owner")), "Open what lacks it"
        )
    page, params = _page(rule, thing, value, limit, days, shown)
    return Place(page, params, LABELS.get(thing.kind, "Open in the Explorer"))


def _page(
    rule: Rule, thing: Thing, value: Decimal, limit: Decimal, days: Period | None, shown: tuple[tuple[str, str], ...]
) -> tuple[str, tuple[tuple[str, str], ...]]:
    at = ("workspace_id", thing.workspace_id)
    if thing.kind == "job":
        return "job", (*shown, at, ("job_id", thing.key))
    if thing.kind == "run":
        return "run", (*shown, at, ("job_id", thing.part_of), ("run_id", thing.key))
    if thing.kind in ("cluster", "warehouse"):
        return thing.kind, (*shown, at, (f"{thing.kind}_id", thing.key))
    if thing.kind == "statement":
        day = (("day", days.start.isoformat()),) if days else ()
        return "statement", (*shown, at, ("statement_id", thing.key), *day)
    if thing.kind == "budget":
        return "budgets", (("budget", thing.key),)
    if thing.kind == "source":
        return "trust", (("source", thing.key),)
    if thing.kind == "anomaly":
        return "anomaly", _anomaly(rule, thing.key, value, limit)
    if rule.kind == "forecast" and thing.kind != "total":
        return "forecast", (*_narrowed(rule), ("kind", thing.kind), ("series", series_of(rule, thing)))
    if rule.kind == "forecast":
        return "forecast", _narrowed(rule)
    if thing.kind in ("workspace", "product", "owner"):
        first = "product" if thing.kind != "product" else "workspace"
        kept = tuple(pair for pair in shown if pair[0] != thing.kind)
        return "explorer", (*kept, (thing.kind, thing.key), ("by", first))
    if thing.kind == "tag":
        key = rule.by.removeprefix("tag:")
        kept = tuple(pair for pair in shown if pair[0] != "tag")
        return "explorer", (*kept, ("tag", f"{key}={thing.key}"), ("by", "product"))
    if thing.kind == "total":
        return "explorer", (*shown, ("by", "product"))
    return "explorer", (*shown, ("by", thing.kind), ("then", "day"))


def series_of(rule: Rule, thing: Thing) -> str:
    """The thing as a series of `lib.watch` spells it."""
    if thing.kind == "tag":
        return f"tag:{rule.by.removeprefix('tag:')}={thing.key}"
    at = f"@{thing.workspace_id}" if thing.workspace_id else ""
    return "total" if thing.kind == "total" else f"{thing.kind}:{thing.key}{at}"


def anomaly_of(group: str) -> tuple[str, date | None]:
    """Series and first day of an anomaly's group.

    >>> anomaly_of("job:1@2/2026-11-20")
    ('job:1@2', datetime.date(2026, 11, 20))
    """
    series, _, day = group.rpartition("/")
    try:
        return series, date.fromisoformat(day)
    except ValueError:
        return group, None


def _anomaly(rule: Rule, group: str, value: Decimal, limit: Decimal) -> tuple[tuple[str, str], ...]:
    series, day = anomaly_of(group)
    if day is None:
        return _narrowed(rule)
    try:
        key = parse_key(series).text
    except AppError:
        key = series
    identity = identity_of(key, day, "rise" if value >= limit else "drop")
    return (*_narrowed(rule), *_days(Period(day - AROUND, day + DAY)), ("anomaly", identity))


def _narrowed(rule: Rule, *, tag: str = "") -> tuple[tuple[str, str], ...]:
    wanted = tag or rule.tag or ""
    return (
        *(("workspace", name) for name in rule.workspaces),
        *(("product", name) for name in rule.products),
        *(("owner", name) for name in rule.owners),
        *((("tag", wanted),) if wanted else ()),
        ("base", rule.base),
        ("currency", rule.currency),
    )


def _days(days: Period | None) -> tuple[tuple[str, str], ...]:
    return (("period", "custom"), ("from", days.start.isoformat()), ("to", days.end.isoformat())) if days else ()

"""Why a figure is what it is, and to whom it belongs: of every kind of alert."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from lib.alerting.places import FORECAST, Thing, anomaly_of, by_of, thing_of
from lib.alerts.reading import Belongs, Driver, Group
from lib.alerts.rule import Rule
from lib.explorer.by import OBJECTS
from lib.spend import formatting
from lib.watch.daily import OBJECTS as WATCHED_OBJECTS
from lib.watch.daily import Daily, Key, parse_key

if TYPE_CHECKING:
    from lib.alerting.facts import AccountFacts

OWNER_TAGS = ("owner", "Owner", "OWNER", "owner_email", "OwnerEmail", "owned_by")
"""Keys of the tag by which a resource names its owner, the likeliest first."""
PARTS = {"": "product", "product": "sku", "sku": "workspace", "workspace": "product", "owner": "job"}
"""What a group's cost is taken apart by; other groups by SKU."""
STEPS = (("compute_wait_ms", "Waited for compute"), ("queue_ms", "Waited in the queue"), ("compile_ms", "Was planned"),
         ("execute_ms", "Ran"), ("fetch_ms", "Was fetched"))  # fmt: skip
"""What the time of a statement is made of."""


def drivers(facts: "AccountFacts", rule: Rule, group: Group, start: date, end: date) -> Sequence[Driver]:
    """The largest parts of a group's figure of these days."""
    by_kind: dict[str, Callable[..., Iterable[Driver]]] = {
        "run": _of_run, "statement": _of_statement, "failures": _of_failures, "budget": _of_budget, "anomaly": _of_anomaly,
        "untagged": _of_untagged, "freshness": _of_source,
    }  # fmt: skip
    return list(by_kind.get(rule.kind, _of_group)(facts, rule, group, start, end))


def _of_group(facts: "AccountFacts", rule: Rule, group: Group, start: date, end: date) -> Iterable[Driver]:
    """A group of a dimension, by the next finer one."""
    by = by_of(rule)
    part = PARTS.get(by, "sku")
    rows = facts.spend(rule, (by, part) if by else (part,), start, end)
    key, name = ("key2", "name2") if by else ("key1", "name1")
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if not by or facts.group(by, row["key1"], row["name1"], row["workspace_id"]) == group.key:
            sums[_named(part, row[key], row[name])] += _cost(row)
    return _largest(sums)


def _of_run(facts: "AccountFacts", rule: Rule, group: Group, start: date, end: date) -> Iterable[Driver]:
    """A run, by SKU; what is left of its cost is its machines."""
    thing = thing_of(rule, group.key)
    params = {
        "start_date": start - timedelta(days=1), "end_date": end + timedelta(days=8), "currency": rule.currency,
        "workspace_id": thing.workspace_id, "job_id": thing.part_of, "run_id": thing.key,
    }  # fmt: skip
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in facts.fetch("runs/usage", params):
        sums[row["sku_name"]] += row["contract_cost" if rule.base == "contract" else "list_cost"] or 0
    run = next((one for one in facts.runs(rule, start, end) if one.group.key == group.key), None)
    if run is not None and run.cost - sum(sums.values()) > Decimal("0.005"):
        sums["Virtual machines"] += run.cost - sum(sums.values())
    yield from _largest(sums)
    if run is not None and run.failure_cost > 0:
        yield Driver("Failed attempts", said=f"{formatting.money(run.failure_cost, rule.currency)} of it")


def _of_statement(facts: "AccountFacts", rule: Rule, group: Group, start: date, end: date) -> Iterable[Driver]:
    """A statement, by what its time was spent on."""
    thing = thing_of(rule, group.key)
    params = {
        "start_date": start,
        "end_date": end,
        "workspace_id": thing.workspace_id or None,
        "statement_id": thing.key,
    }
    for row in facts.fetch("statements/statement", params):
        whole = row["total_ms"] or 0
        parts = sorted(((row[field] or 0, name) for field, name in STEPS), reverse=True)
        for spent, name in parts:
            if spent > 0 and whole:
                yield Driver(name, said=f"{formatting.duration(spent / 1000)} ({formatting.percent(spent / whole)})")
        if not any(spent for spent, _ in parts):
            yield Driver("In all", said=formatting.duration(whole / 1000))


def _of_failures(facts: "AccountFacts", rule: Rule, group: Group, start: date, end: date) -> Iterable[Driver]:
    """What failed, by job; of one job, by run."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for run in facts.runs(rule, start, end):
        mine = rule.by != "job" or run.group.key.rpartition("/")[0] == group.key
        if mine and run.failure_cost > 0:
            sums[run.group.name if rule.by == "job" else run.job] += run.failure_cost
    return _largest(sums)


def _of_budget(facts: "AccountFacts", rule: Rule, group: Group, start: date, end: date) -> Iterable[Driver]:
    """What a budget is for, by its objects."""
    found = facts.budget(group.key.removesuffix(FORECAST))
    if found is None:
        return ()
    budget, daily = found
    return _objects(daily, parse_key(budget.series), start, end)


def _objects(daily: Daily, key: Key, start: date, end: date) -> list[Driver]:
    """A series by the objects inside it; an object, and what has none, by SKU, else by owner, else by workspace."""
    if key not in daily.numbers:
        return []
    days = slice(max((start - daily.first_day).days, 0), max((end - daily.first_day).days, 0))
    mine = daily.members[daily.numbers[key]]
    for kinds in (() if key.kind in WATCHED_OBJECTS else WATCHED_OBJECTS, ("sku",), ("owner",), ("workspace",)):
        sums: dict[str, Decimal] = {}
        for number, other in enumerate(daily.keys):
            if other.kind in kinds and other != key:
                inside = np.intersect1d(mine, daily.members[number])
                cost = float(daily.parts[inside, days].sum())
                if cost > 0:
                    sums[daily.names[number]] = sums.get(daily.names[number], Decimal(0)) + Decimal(str(round(cost, 6)))
        if sums:
            rest = Decimal(str(round(float(daily.parts[mine, days].sum()), 6))) - sum(sums.values())
            return [*_largest(sums), *([Driver("what names none of these", rest)] if rest > 0 else [])]
    return []


def _of_anomaly(facts: "AccountFacts", rule: Rule, group: Group, start: date, end: date) -> Iterable[Driver]:
    """An anomaly, by what moved; of an object, by SKU."""
    series, day = anomaly_of(group.key)
    seen = facts.watched(rule)
    one = next((told for told in seen.told if told.key.text == series and told.day == day), None) if seen else None
    if seen is None or one is None:
        return ()
    if one.causes:
        amounts = [formatting.money(cause.amount, rule.currency, plus=True) for cause in one.causes]
        return [
            Driver(cause.name, said=f"{amount} ({formatting.percent(cause.share)})")
            for cause, amount in zip(one.causes, amounts, strict=True)
        ]
    return _objects(seen.daily, one.key, one.worst, one.worst + timedelta(days=1))


def _of_untagged(facts: "AccountFacts", rule: Rule, _: Group, start: date, end: date) -> Iterable[Driver]:
    """What lacks the tag, by owner."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in facts.spend(rule, (f"tag:{rule.subject}", "owner"), start, end):
        if row["key1"] is None:
            sums[row["name2"] or row["key2"] or "nobody is named"] += _cost(row)
    return _largest(sums)


def _of_source(facts: "AccountFacts", rule: Rule, group: Group, start: date, end: date) -> Iterable[Driver]:
    """A source, by what is known of it and of the others."""
    known = facts.newest_rows()
    newest = known.get(group.key)
    if newest is None:
        return
    yield Driver("Its newest row", said=f"{newest:%Y-%m-%d %H:%M} UTC")
    others = {name: at for name, at in known.items() if name != group.key and at is not None}
    if others:
        name, at = max(others.items(), key=lambda pair: (pair[1], pair[0]))
        yield Driver("The freshest source", said=f"{name}, {at:%Y-%m-%d %H:%M} UTC")
        older = sum(at < newest for at in others.values())
        yield Driver("Sources that are older still", said=f"{older} of {len(others)}")


def belongs(facts: "AccountFacts", rule: Rule, group: Group, start: date, end: date) -> Belongs:
    """To whom a group belongs: what its own tags say, and who the bill names."""
    thing = _watched_thing(facts, rule, group)
    if thing.kind == "owner":
        return Belongs(owner=thing.key)
    if thing.kind == "tag":
        return Belongs(team=thing.key if rule.by == f"tag:{facts.tag}" else "", billed=group.owner)
    if thing.kind == "team":
        return Belongs(team=thing.key, billed=group.owner)
    if thing.kind == "budget":
        return Belongs(owner=group.owner)
    object_kind = "job" if thing.kind == "run" else "warehouse" if thing.kind == "statement" else thing.kind
    if object_kind not in OBJECTS:
        return Belongs(team=rule.team, billed=group.owner)
    key = facts.warehouse_of(rule, thing, start, end) if thing.kind == "statement" else thing.of_workspace
    found = {
        name: facts.most(rule, object_kind, dim, key)
        for name, dim in (("team", f"tag:{facts.tag}"), *((tag, f"tag:{tag}") for tag in facts.owner_tags))
    }
    owner = next((found[tag] for tag in facts.owner_tags if found[tag]), "")
    billed = group.owner or facts.most(rule, object_kind, "owner", key)
    return Belongs(owner, found["team"] or rule.team, billed)


def _watched_thing(facts: "AccountFacts", rule: Rule, group: Group) -> Thing:
    """What a group is, looking through anomalies and budgets at what they are about."""
    thing = thing_of(rule, group.key)
    series = ""
    if thing.kind == "anomaly":
        series = anomaly_of(group.key)[0]
    elif thing.kind == "budget" and not group.owner and (found := facts.budget(thing.key)) is not None:
        series = found[0].series
    elif rule.kind == "failures":
        return thing_of(rule.model_copy(update={"kind": "job"}), group.key) if rule.by == "job" else Thing("total")
    if not series:
        return thing
    key = parse_key(series)
    if key.kind == "tag":
        tag, _, value = key.key.partition("=")
        return Thing("team" if tag == facts.tag else "total", value)
    return Thing(key.kind, key.key, key.workspace_id)


def _named(part: str, key: Any, name: Any) -> str:
    if part == "product":
        return formatting.product(key)
    return str(name or key or f"no {part}")


def _cost(row: dict[str, Any]) -> Decimal:
    return Decimal((row["cost"] or 0) + (row["vm_cost"] or 0))


def _largest(sums: dict[str, Decimal]) -> Iterable[Driver]:
    return [Driver(name, cost) for name, cost in sorted(sums.items(), key=lambda item: -item[1])]

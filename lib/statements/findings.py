"""What to change about queries: findings of text and of measurement as recommendations, with what they would save."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.recommendations.model import DAYS, Priority, Recommendation, capped
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.formatting import money, percent, plural
from lib.spend.period import Period
from lib.statements.finding import Finding
from lib.statements.finding import Priority as TextPriority
from lib.statements.keys import Keys, keys_of
from lib.statements.lint import Linted, cached_lint
from lib.statements.measured import measured
from lib.statements.shapes import Fingerprints, Narrowed, fingerprints, params
from lib.statements.thresholds import Thresholds
from lib.warehouse import Warehouse
from lib.warehouse.frames import frame
from lib.warehouse.together import at_once

TEXT_SAVINGS: Mapping[str, tuple[float, float]] = {
    "select-star": (0.05, 0.3),
    "preview-without-limit": (0.1, 0.6),
    "cross-join": (0.2, 0.8),
    "join-without-equality": (0.1, 0.6),
    "exploding-self-join": (0.1, 0.5),
    "function-on-filter": (0.1, 0.5),
    "function-on-join-key": (0.05, 0.2),
    "order-without-limit": (0.02, 0.15),
    "order-in-subquery": (0.01, 0.1),
    "repeated-cte": (0.05, 0.3),
    "redundant-distinct": (0.02, 0.15),
    "union-distinct": (0.02, 0.15),
    "in-subquery": (0.0, 0.1),
    "latest-by-row-number": (0.05, 0.25),
    "having-on-key": (0.0, 0.1),
    "leading-wildcard": (0.02, 0.2),
    "regex-filter": (0.02, 0.1),
    "long-in-list": (0.0, 0.1),
    "not-cacheable": (0.0, 0.3),
}
"""Share of a statement's cost that a change of its text would save: from, to. Estimates of ours, stated as such."""
ALLOCATED = (
    "The cost of a query is its share of a warehouse's hours: the saving becomes money when the warehouse is off earlier "
    "or smaller."
)
QUICK = 1
"""Money in thirty days from which a change of little effort is a quick win."""


@dataclass(frozen=True)
class Unread:
    """A statement whose text says nothing to us."""

    fingerprint: str
    workspace_id: str
    reason: str


@dataclass(frozen=True)
class Textless:
    """Statements whose text is not there: they have no fingerprint, and nothing is found about them."""

    runs: int
    cost: Decimal | None

    def words(self, currency: str) -> str:
        """How many, and what they cost; "" for none."""
        if not self.runs:
            return ""
        cost = "" if self.cost is None else f", which cost {money(self.cost, currency)},"
        runs = plural(self.runs, "run")
        return f"{runs}{cost} had no text (the account encrypts it, or keeps none): nothing is said about them."


@dataclass(frozen=True)
class QueryFindings:
    """Everything found about the queries of the last thirty days."""

    filters: Filters
    period: Period
    found: tuple[Recommendation, ...]
    """Most saving first."""
    unread: tuple[Unread, ...]
    shapes: Fingerprints
    textless: Textless

    @property
    def quick_wins(self) -> tuple[Recommendation, ...]:
        """Little effort, and a saving that is known."""
        return tuple(
            item
            for item in self.found
            if item.facts.get("effort") == "low" and item.saving_high is not None and item.saving_high >= Decimal(QUICK)
        )


def findings(
    warehouse: Warehouse, filters: Filters, as_of: AsOf, limits: Thresholds, narrowed: Narrowed = Narrowed()
) -> QueryFindings:
    """Look through the fingerprints of the thirty complete days before the end of the period."""
    end = min(filters.period.end, as_of.complete_until)
    period = Period(end - timedelta(days=DAYS), end)
    view = filters.with_period(period)
    shapes, repeated, textless = at_once(
        warehouse,
        lambda: fingerprints(warehouse, view, as_of, narrowed, most=limits.findings_shapes, sums_only=True),
        lambda: _repeated(warehouse, view, narrowed),
        lambda: warehouse.fetch("statements/textless", params(view, narrowed)).to_pylist()[0],
    )
    rows = shapes.table.to_dict("records")
    texts = [cached_lint(row["shape_text"] or "") if limits.checks.text else Linted() for row in rows]
    unskipped = any(finding.rule == UNSKIPPED for text in texts for finding in text.findings)
    keys = _keys(warehouse, view) if unskipped else {}
    found: list[Recommendation] = []
    unread: list[Unread] = []
    for row, text in zip(rows, texts, strict=True):
        unread += [Unread(row["fingerprint"], row["workspace_id"], place.reason) for place in text.unreadable[:1]]
        found += of_fingerprint(row | _sum_repeated(repeated, row), text, view, limits, keys)
    found.sort(key=lambda item: (-(item.saving_high or Decimal(-1)), item.priority.rank, item.key))
    return QueryFindings(filters, period, tuple(found), tuple(unread), shapes, Textless(**textless))


def _keys(warehouse: Warehouse, filters: Filters) -> Keys:
    """Partition and cluster columns, from what the account's own statements of a year said."""
    span = {"start_date": filters.period.end - timedelta(days=365), "end_date": filters.period.end}
    rows = warehouse.fetch("statements/definitions", span | {"workspaces": list(filters.workspaces) or None})
    return keys_of(row["shape_text"] or "" for row in rows.to_pylist())


def _repeated(warehouse: Warehouse, filters: Filters, narrowed: Narrowed) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Rows of `statements/repeated`, by shape and workspace; what others than those looked at ran is no repetition."""
    wanted = params(filters, narrowed)
    some = any(wanted[name] is not None for name in ("owners", "warehouse_id", "source_kind"))
    names = ("start_date", "end_date", "currency", "base", "workspaces", "shapes")
    rows = frame(
        warehouse.fetch("statements/repeated_by", wanted)
        if some
        else warehouse.fetch("statements/repeated", {name: wanted[name] for name in names})
    )
    return {(row["shape_hash"], row["workspace_id"]): row for row in rows.to_dict("records")}


def _sum_repeated(repeated: Mapping[tuple[str, str], Mapping[str, Any]], row: Mapping[str, Any]) -> dict[str, Any]:
    own = [repeated[key, row["workspace_id"]] for key in row["shapes"] if (key, row["workspace_id"]) in repeated]
    costs = [item["repeated_cost"] for item in own if item["repeated_cost"] == item["repeated_cost"]]
    return {"repeated_runs": sum(item["repeated_runs"] for item in own), "repeated_cost": sum(costs) if costs else None}


UNSKIPPED = "function-on-filter"


def of_fingerprint(
    facts: Mapping[str, Any], text: Linted, filters: Filters, limits: Thresholds, keys: Keys = MappingProxyType({})
) -> list[Recommendation]:
    """The recommendations for one fingerprint; `facts` hold its sums over thirty days, `keys` what tables are cut by."""
    cost = None if facts["cost"] != facts["cost"] else facts["cost"]
    found = [
        _recommendation(
            facts,
            filters,
            limits,
            cost,
            kind=item.kind,
            title=item.title,
            evidence=(item.evidence, item.why),
            action=item.remedy,
            shares=None if item.saved_low is None else (item.saved_low, item.saved_high or 0.0),
            method=item.method,
            confidence=item.confidence,
            effort=item.effort,
            text=None,
        )
        for item in measured(facts, limits)
    ]
    first: dict[str, Finding] = {}
    for finding in text.findings:
        first.setdefault(finding.rule, finding)
    for rule, finding in first.items():
        shares, method = TEXT_SAVINGS.get(rule), "{0} to {1} of its cost, an estimate for changes of this kind"
        said: tuple[str, ...] = (finding.why,)
        confidence = "low"
        wide = rule != "select-star" or facts["read_bytes"] / max(facts["runs"], 1) >= limits.wide_read_bytes
        if not wide:
            shares, method = None, "A run reads less than a gigabyte: too little to put a figure on."
        if rule == UNSKIPPED:
            about, sure = _of_key(finding.column_of, keys, facts, limits)
            said = (about, finding.why)
            if sure is None:
                shares, method = None, "Not assessed: nothing says that files would be skipped by this column."
            else:
                confidence = sure
        found.append(
            _recommendation(
                facts,
                filters,
                limits,
                cost,
                kind=rule,
                title=finding.title,
                evidence=(f"Line {finding.line}, column {finding.column}: {finding.message}", *said),
                action=finding.remedy,
                shares=shares,
                method=method,
                confidence=confidence,
                effort=finding.effort,
                text=finding,
            )
        )
    return found


def _of_key(column: str, keys: Keys, facts: Mapping[str, Any], limits: Thresholds) -> tuple[str, str | None]:
    """What is known of the filtered column as a key of its table, and the confidence that gives; None: not assessed.

    Without a known key the measured share of skipped files decides: most files read, of much, or nothing is said.
    """
    table, _, name = column.rpartition(".")
    known = keys.get(table)
    if known and name in known:
        return f"{name} is a partition or cluster column of {table}, as the account's own statements say.", "medium"
    files = facts["read_files"] + facts["pruned_files"]
    poor = files > 0 and facts["pruned_files"] / files < limits.pruned_share
    much = facts["read_bytes"] / max(facts["runs"], 1) >= limits.pruning_fewest_bytes
    if known:
        return f"{table} is partitioned or clustered by {', '.join(sorted(known))}, not by {name}.", None
    unknown = (
        f"Whether {name or 'the column'} is a partition or cluster column is not known: no statement of a year says."
    )
    if poor and much:
        return f"{unknown} But only {percent(facts['pruned_files'] / files)} of the files are skipped.", "low"
    return unknown, None


def _recommendation(
    facts: Mapping[str, Any],
    filters: Filters,
    limits: Thresholds,
    cost: float | None,
    *,
    kind: str,
    title: str,
    evidence: tuple[str, ...],
    action: str,
    shares: tuple[float, float] | None,
    method: str,
    confidence: str,
    effort: str,
    text: Finding | None,
) -> Recommendation:
    workspace, name = facts["workspace_id"], facts["fingerprint"]
    known = shares is not None and cost is not None
    low, high = (
        (Decimal(str(round(cost * share, 6))) for share in shares)
        if known and shares and cost is not None
        else (None, None)
    )
    said = method.format(*map(percent, shares)) if shares else method
    made = Recommendation(
        kind=kind,
        key=f"{kind}/{workspace}/{name}",
        workspace_id=workspace,
        object_type="statement",
        object_id=name,
        object_name=" ".join((facts["shape_text"] or "").split())[:160],
        title=title,
        evidence=evidence,
        action=action,
        saving_low=low,
        saving_high=high,
        currency=filters.currency,
        method=f"{said}. {ALLOCATED}" if known else f"{said} No cost is known yet." if shares else said,
        confidence=confidence,  # type: ignore[arg-type]
        own_cost=None if cost is None else Decimal(str(round(cost, 6))),  # type: ignore[arg-type]
        facts={
            "effort": effort,
            "runs": str(int(facts["runs"])),
            "user": str(facts["main_user"] or ""),
            "shape": str(facts["shapes"][0]),
            "warehouse_id": str(facts["main_warehouse"] or ""),
            "by": "text" if text else "measurement",
            "line": str(text.line) if text else "",
            "column": str(text.column) if text else "",
        },
    )
    made = capped(made)
    return replace(made, priority=priority(made, text, limits))


def priority(item: Recommendation, text: Finding | None, limits: Thresholds) -> Priority:
    """By the most it saves; where nobody knows, by how grave the text is."""
    if item.saving_high is not None and item.saving_high >= Decimal(str(limits.priority_high_saving)):
        return Priority.HIGH
    if item.saving_high is not None and item.saving_high >= Decimal(str(limits.priority_medium_saving)):
        return Priority.MEDIUM
    grave = text is not None and text.priority is TextPriority.HIGH and item.saving_high is None
    return Priority.MEDIUM if grave else Priority.LOW


def by_user(found: Iterable[Recommendation]) -> dict[str, list[Recommendation]]:
    """The same findings under the person who runs the query most: each stands under one person."""
    grouped: dict[str, list[Recommendation]] = {}
    for item in found:
        grouped.setdefault(item.facts.get("user") or "nobody", []).append(item)
    return grouped

"""A report that is sent by itself, as a person wrote it."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from lib.errors import InputError
from lib.explorer.by import checked as checked_dims
from lib.schedules import Cron
from lib.spend.filters import Filters
from lib.spend.period import PRESETS, preset
from lib.statements.overview import ROLLUPS
from lib.statements.tracking import VIEWS as FINDING_VIEWS
from lib.watch.daily import parse_key

KINDS = {
    "executive": "The month in cost",
    "jobs": "Job costs",
    "job": "One job",
    "explorer": "Spend by dimensions (Explorer)",
    "anomalies": "Anomalies",
    "budgets": "Budgets",
    "forecast": "Forecast of 30 days",
    "queries": "Queries",
    "query_findings": "Query findings",
    "clusters": "Clusters",
    "sql_warehouses": "SQL warehouses",
    "recommendations": "Recommendations",
}
NARROW: dict[str, dict[str, tuple[str, ...]]] = {
    "queries": {
        "view": ("now", "fingerprints", "time", "cost", "waste", "failures", "rollup"), "by": tuple(ROLLUPS), "sort": ()
    },
    "query_findings": {"view": tuple(FINDING_VIEWS), "user": (), "sort": ()},
    "clusters": {
        "state": (), "policy": (), "idle": ("yes",), "found": ("yes",), "q": (), "kind": ("all",), "sort": (),
        "as": ("table", "cards"),
    },
    "sql_warehouses": {"state": (), "q": (), "sort": ()},
    "recommendations": {"state": ("open", "accepted", "dismissed", "done", "all"), "kind": (), "sort": ()},
}  # fmt: skip
"""Kind → what its page can narrow by, each with the values it takes; without any: every value. `sort` is a column of the
page's table, `-name` from the largest down."""
WHEN = {"daily": "0 7 * * *", "weekly": "0 7 * * 1", "monthly": "0 7 2 * *"}
"""Presets of a schedule: at seven; weekly on Monday; monthly on the second, when the month before has come in."""


class ReportPlan(BaseModel):
    """What to show, when, and to whom. The period is worked out anew for every report."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    name: str = Field(max_length=120)
    kind: Literal[
        "executive", "jobs", "job", "explorer", "anomalies", "budgets", "forecast", "queries", "query_findings", "clusters",
        "sql_warehouses", "recommendations",
    ] = "jobs"  # fmt: skip
    when: str = "weekly"
    """`daily`, `weekly`, `monthly`, or a cron line of five parts."""
    zone: str = "UTC"
    period: str = "last_7"
    """A preset: `last_month`, `last_7`, …; it is that of the day on which the report is due."""
    workspace_id: str = ""
    job_id: str = ""
    """For `job`: which one."""
    by: str = "product"
    then: str = ""
    """For `explorer`: one or two dimensions."""
    series: str = "total"
    """For `forecast`: of what, as `forecast --of` spells it."""
    narrow: str = Field("", max_length=2000)
    """What the page narrows its list by beside the filters, as its address has it: `state=RUNNING&idle=yes`."""
    workspaces: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    serverless: Literal["any", "serverless", "classic"] = "any"
    tag: str | None = None
    job_name: str | None = None
    result: str | None = None
    cost_min: Decimal | None = None
    cost_max: Decimal | None = None
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    base: Literal["list", "contract"] = "list"
    channels: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    pdf: bool = True
    csv: bool = True
    excel: bool = False
    enabled: bool = True

    @field_validator("name")
    @classmethod
    def _named(cls, value: str) -> str:
        if not value:
            raise ValueError("give the report a name")
        return value

    @field_validator("period")
    @classmethod
    def _known_period(cls, value: str) -> str:
        if value not in PRESETS:
            raise ValueError(f"a period is one of {', '.join(PRESETS)}")
        return value

    @model_validator(mode="after")
    def _whole(self) -> "ReportPlan":
        if self.kind == "job" and not (self.workspace_id and self.job_id):
            raise ValueError("a report of one job needs workspace_id and job_id")
        try:
            checked_dims((self.by, self.then) if self.then else (self.by,))
            parse_key(self.series)
            check_narrow(self.kind, self.narrow)
            _ = self.schedule
            self.filters(date(2026, 1, 1))
        except InputError as error:
            raise ValueError(f"{error.message} {error.remedy}") from error
        return self

    @property
    def schedule(self) -> Cron:
        """When it is due."""
        return Cron(WHEN.get(self.when, self.when), self.zone)

    def filters(self, today: date) -> Filters:
        """The view of the report that is made on a day."""
        shown = preset(self.period, today)
        return Filters(
            period=shown, compare=shown.previous(), currency=self.currency, base=self.base, workspaces=self.workspaces,
            products=self.products, owners=self.owners, serverless=self.serverless, tag=self.tag, job_name=self.job_name,
            result=self.result, cost_min=self.cost_min, cost_max=self.cost_max,
        )  # fmt: skip


def check_narrow(kind: str, narrow: str) -> dict[str, list[str]]:
    """What a page narrows its list by, read; InputError for what that page does not know."""
    found = parse_qs(narrow)
    known = NARROW.get(kind, {})
    for name, values in found.items():
        allowed = known.get(name, ())
        if name not in known or any(allowed and value not in allowed for value in values):
            wanted = ", ".join(f"{n}={'|'.join(v) or '…'}" for n, v in known.items()) or "nothing"
            raise InputError(
                f"The list {kind} cannot be narrowed by {name}={values[-1]}.", remedy=f"It knows {wanted}."
            )
    if narrow.strip() and not found:
        raise InputError(f"{narrow!r} narrows nothing.", remedy="Write it as an address does: name=value&name=value.")
    return found


def parse(values: dict[str, Any], *, place: str = "") -> ReportPlan:
    """A plan from plain values; every mistake in one InputError."""
    try:
        return ReportPlan.model_validate(values)
    except ValidationError as error:
        said = [
            f"{'.'.join(map(str, e['loc'])) or 'report'}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors()
        ]
        raise InputError(
            "This report cannot be used:\n" + "\n".join(said),
            place=place,
            remedy="Correct the named fields (docs/reports.md).",
        ) from error

"""The same text asked again and again: by those who are looked at, not by others."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.statements.findings import findings
from lib.statements.shapes import Narrowed
from lib.statements.thresholds import thresholds
from tests.account import Account
from tests.statements.test_cost import account, bill, event, ran

VIEW = Filters(Period(date(2026, 6, 1), date(2026, 7, 1)))
AS_OF = AsOf(date(2026, 7, 1), date(2026, 7, 1), date(2026, 6, 30))


@pytest.fixture
def asked(tmp_path: Path) -> Account:
    """Ann asks the same thirty times, Bob as often and by a dashboard, each twenty seconds of work."""
    who: list[dict[str, Any]] = [{"executed_by": "ann@example.com"}] * 30
    who += [{"executed_by": "bob@example.com", "query_source": {"dashboard_id": "d1"}}] * 30
    text = {"statement_text": "SELECT a FROM t WHERE b = 1"}
    return account(
        tmp_path,
        [bill(0)],
        [ran(number, 60 * number, 20, 20, **text, **each) for number, each in enumerate(who)],
        [event(0, "RUNNING", 1), event(3600, "STOPPED", 0)],
    )


def repeats(asked: Account, view: Filters, narrowed: Narrowed = Narrowed()) -> list[int]:
    found = findings(asked.warehouse, view, AS_OF, thresholds(), narrowed).found
    return [int(item.evidence[0].split(" runs")[0]) for item in found if item.kind == "repeated"]


def test_repeats_are_of_those_who_are_looked_at(asked: Account) -> None:
    assert repeats(asked, VIEW) == [59]
    assert repeats(asked, replace(VIEW, owners=("ann@example.com",))) == [29]
    assert repeats(asked, VIEW, Narrowed(source_kind="dashboard")) == [29]


def test_asked_of_everybody_both_queries_say_the_same(asked: Account) -> None:
    values = {"start_date": VIEW.period.start, "end_date": VIEW.period.end, "currency": "USD", "base": "list"}
    values |= dict.fromkeys(("workspaces", "owners", "warehouse_id", "source_kind", "shapes"))
    rows = [asked.warehouse.fetch(f"statements/{name}", values).to_pylist() for name in ("repeated", "repeated_by")]
    assert rows[0] == rows[1]
    assert rows[0][0]["repeated_runs"] == 59

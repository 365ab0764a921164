"""Statements whose text the account encrypts: nothing is found about them, and that is said."""

from datetime import date
from pathlib import Path

from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.statements.findings import findings
from lib.statements.thresholds import thresholds
from tests.statements.test_cost import account, bill, event, ran


def test_runs_without_text_are_counted_with_their_cost_and_never_guessed(tmp_path: Path) -> None:
    found = account(
        tmp_path,
        [bill(0)],
        [ran(1, 0, 900, 60, statement_text=""), ran(2, 900, 900, 60, statement_text=None), ran(3, 1800, 1800, 60)],
        [event(0, "RUNNING", 1), event(3600, "STOPPED", 0)],
    )
    view = Filters(Period(date(2026, 6, 1), date(2026, 7, 1)))
    seen = findings(found.warehouse, view, AsOf(date(2026, 7, 1), date(2026, 7, 1), date(2026, 6, 30)), thresholds())
    assert (seen.textless.runs, round(float(seen.textless.cost or 0), 2)) == (2, 5.6)
    assert "2 runs, which cost $5.60, had no text" in seen.textless.words("USD")
    assert {item.object_name for item in seen.found} <= {"SELECT a FROM t WHERE b = 0"}
    none = findings(found.warehouse, view.with_period(Period(date(2026, 1, 1), date(2026, 2, 1))),
                    AsOf(date(2026, 7, 1), date(2026, 7, 1), date(2026, 6, 30)), thresholds())  # fmt: skip
    assert (none.textless.runs, none.textless.words("USD")) == (0, "")

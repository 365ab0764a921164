"""Days and periods: half open, and never compared before they are complete."""

from datetime import date
from pathlib import Path

from lib.jobs.table import jobs
from lib.spend.compare import AsOf, comparison
from lib.spend.filters import Filters
from lib.spend.period import Period
from tests.account import ALL, Account, price, usage
from tests.ledger.traps.rows import JUNE, PRICES, USAGE


def test_30_a_day_that_has_just_begun_is_no_fall(tmp_path: Path) -> None:
    days = [(f"2026-06-{day} 10:00", 10) for day in range(26, 31)] + [("2026-07-01 01:00", 3)]
    rows = [usage(quantity, start=start, job_id="j1", job_run_id=f"r{n}") for n, (start, quantity) in enumerate(days)]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    day = "SELECT sum(usage_quantity) FROM billing.usage WHERE usage_date = DATE '2026-{}'"
    assert account.naive(f"SELECT ({day.format('07-01')}) - ({day.format('06-30')})") == -7
    until = AsOf(date(2026, 6, 26), date(2026, 7, 1), date(2026, 7, 1))
    view = jobs(account.warehouse, Filters(Period(date(2026, 6, 28), date(2026, 7, 2))), until)
    assert view.cards.change is not None
    assert view.cards.change.amount == 0


def test_30_incomplete_days_are_not_compared() -> None:
    compared = comparison(
        Period(date(2026, 6, 25), date(2026, 7, 2)), AsOf(date(2026, 1, 1), date(2026, 7, 1), date(2026, 7, 1))
    )
    assert compared is not None
    assert (compared.recent, compared.left_out) == (Period(date(2026, 6, 25), date(2026, 6, 30)), 2)
    assert compared.previous == Period(date(2026, 6, 20), date(2026, 6, 25))


def test_the_period_is_half_open(tmp_path: Path) -> None:
    rows = [
        usage(1, start="2026-05-31 23:59"),
        usage(2, start="2026-06-01 00:00"),
        usage(4, start="2026-06-30 23:00"),
        usage(8, start="2026-07-01 00:00"),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    assert account.total(start_date=JUNE.start, end_date=JUNE.end) == 6
    assert ALL["currency"] == "USD"

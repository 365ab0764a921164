"""What "today" and "the last days" are, by the account's own usage."""

from datetime import date
from pathlib import Path

import pytest

from lib.spend.period import preset
from lib.warehouse.asof import as_of
from tests.account import Account, price, usage

TODAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("ingested", "today"), [(None, "2026-07-01"), (date(2026, 6, 30), "2026-06-30"), (date(2026, 7, 2), "2026-07-02")]
)
def test_today_is_the_day_the_newest_usage_came(tmp_path: Path, ingested: date | None, today: str) -> None:
    """Exports of costs have no column that says when a row came: their newest day is over."""
    rows = [usage(1, start=f"2026-06-{day:02} 10:00", ingestion_date=ingested) for day in (1, 30)]
    account = Account(tmp_path, {"system.billing.usage": rows, "system.billing.list_prices": [price("1")]})
    found = as_of(account.warehouse, TODAY)
    assert found.today == date.fromisoformat(today)
    if ingested is None:
        assert preset("last_30", found.today).last == date(2026, 6, 30)

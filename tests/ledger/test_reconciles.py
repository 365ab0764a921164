"""Whatever the prices, corrections and hours: the ledger says what exact arithmetic in Python says, to the last digit."""

import tempfile
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.account import Account, price, usage

BEGIN = datetime(2026, 6, 1, tzinfo=timezone.utc)
SKUS = ("A", "B", "NEVER_PRICED")
CURRENCIES = ("USD", "EUR")

minutes = st.integers(0, 20 * 24 * 60)
amounts = st.decimals("0", "9", places=4)


@st.composite
def prices(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Price histories in each style of window end: open, on the next start, one tick before it, and ones with gaps."""
    rows = []
    for sku in SKUS[:2]:
        for currency in CURRENCIES:
            starts = sorted(draw(st.sets(minutes, max_size=4)))
            for start, following in zip(starts, [*starts[1:], None][: len(starts)], strict=True):
                begin = BEGIN + timedelta(minutes=start)
                ends: list[datetime | None] = [None]
                if following is not None:
                    seam = BEGIN + timedelta(minutes=following)
                    ends = [None, seam, seam - timedelta(milliseconds=1), seam - timedelta(minutes=1)]
                row = price(draw(amounts), sku_name=sku, currency_code=currency)
                row |= {"price_start_time": begin, "price_end_time": draw(st.sampled_from(ends))}
                rows += [row] * draw(st.integers(1, 2))
    return rows


@st.composite
def usages(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for _ in range(draw(st.integers(0, 25))):
        start = BEGIN + timedelta(minutes=draw(minutes))
        quantity = draw(st.decimals("0.000001", "1000", places=6))
        row = usage(
            quantity, sku_name=draw(st.sampled_from(SKUS)), workspace_id=draw(st.sampled_from(("ws1", "ws2", None))),
            billing_origin_product=draw(st.sampled_from(("JOBS", "SQL", "ALL_PURPOSE"))),
            custom_tags=draw(st.dictionaries(st.sampled_from(("team", "ClusterId")), st.sampled_from("ab"))),
            **draw(st.sampled_from(({"job_id": "j1", "job_run_id": "r1"}, {"job_id": "j1"}, {"cluster_id": "c1"}, {}))),
        )  # fmt: skip
        row |= {"usage_start_time": start, "usage_end_time": start + timedelta(hours=1), "usage_date": start.date()}
        rows.append(row)
        if draw(st.booleans()):
            taken = row | {
                "record_id": row["record_id"] + "-",
                "record_type": "RETRACTION",
                "usage_quantity": -quantity,
            }
            rows.append(taken)
            if draw(st.booleans()):
                rows.append(
                    row
                    | {
                        "record_id": row["record_id"] + "+",
                        "record_type": "RESTATEMENT",
                        "usage_quantity": quantity / 2,
                    }
                )
    return rows


def oracle(rows: list[dict[str, Any]], price_rows: list[dict[str, Any]], currency: str) -> tuple[D, D]:
    """Cost and unpriced quantity by the rules in words: newest window that began, unless it ended over a second ago."""
    cost, missing = D(0), D(0)
    for row in rows:
        at = row["usage_start_time"]
        mine = [p for p in price_rows if p["sku_name"] == row["sku_name"] and p["currency_code"] == currency]
        begun = [p for p in mine if p["price_start_time"] <= at]
        newest = max(begun, key=lambda p: p["price_start_time"], default=None)
        following = min((p["price_start_time"] for p in mine if p["price_start_time"] > at), default=None)
        if newest is not None:
            end = newest["price_end_time"]
            seamless = end is not None and following is not None and following - end <= timedelta(seconds=1)
            if end is not None and at >= end and not seamless:
                newest = None
        if newest is None:
            missing += row["usage_quantity"]
        else:
            cost += row["usage_quantity"] * newest["pricing"]["default"]
    return cost, missing


@pytest.mark.slow
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example is a database: shrinking one takes minutes
)
@given(usages(), prices())
def test_every_way_of_adding_up_is_the_bill(rows: list[dict[str, Any]], price_rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        account = Account(Path(folder), {"system.billing.usage": rows, "system.billing.list_prices": price_rows})
        for currency in {"USD"} | {row["currency_code"] for row in price_rows}:
            cost, missing = oracle(rows, price_rows, currency)
            parts = account.warehouse.fetch(
                "trust/parts", {"start_date": date(2026, 1, 1), "end_date": date(2027, 1, 1), "currency": currency}
            )
            sums: dict[str, D] = defaultdict(D)
            for part in parts.to_pylist():
                sums[part["way"]] += part["list_cost"] or 0
            assert all(abs(amount - cost) < D("1e-9") for amount in sums.values()), (currency, cost, dict(sums))
            days = account.by("day", "unpriced_quantity", currency=currency)
            assert sum(quantity or 0 for quantity in days.values()) == missing
            runs = account.rows("base/job_run_cost", currency=currency)
            jobs = account.by("job", currency=currency)
            priced_jobs = sum((v for k, v in jobs.items() if k and v), D(0))
            assert abs(
                sum((r["list_cost"] or D(0) for r in runs if r["currency"] == currency), D(0)) - priced_jobs
            ) < D("1e-9")

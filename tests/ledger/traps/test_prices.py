"""What usage costs: one price each, the right one, none where there is none; corrections, discounts, units and currencies."""

from decimal import Decimal as D
from pathlib import Path

import pytest

from tests.account import NO_FILTERS, Account, price, usage
from tests.ledger.traps.rows import JOINED, PRICES, USAGE


def discounts(path: Path, *rules: str) -> Path:
    path.write_text("discounts:\n" + "".join(f"- {{{rule}}}\n" for rule in rules))
    return path


def test_4_a_price_history_is_not_paid_more_than_once(tmp_path: Path) -> None:
    old, new = price("0.10", until="2026-06-01 00:00"), price("0.15", since="2026-06-01 00:00")
    account = Account(tmp_path, {USAGE: [usage(10)], PRICES: [old, new]})
    assert account.naive(f"SELECT sum(usage_quantity * pricing.default) FROM {JOINED}") == D("2.5")
    assert account.total() == D("1.5")


def test_5_yesterdays_usage_keeps_yesterdays_price(tmp_path: Path) -> None:
    rows = [usage(10, start="2026-05-31 23:00"), usage(10, start="2026-06-01 00:00"), usage(10, sku_name="GONE")]
    prices = [price("0.10", until="2026-06-01 00:00"), price("0.15", since="2026-06-01 00:00"),
              price("1", sku_name="GONE", until="2026-06-15 00:00")]  # fmt: skip
    account = Account(tmp_path, {USAGE: rows, PRICES: prices})
    assert account.naive(f"SELECT sum(usage_quantity * pricing.default) FROM {JOINED} AND price_end_time IS NULL") == D(
        "3.0"
    )
    assert account.total() == D("1.0") + D("1.5") + D("10")


@pytest.mark.parametrize("end", ["2026-06-10 10:00", "2026-06-10 09:59:59.999", "2026-06-10 09:59:59"])
def test_6_usage_on_the_seam_of_two_windows_has_the_new_price_once(tmp_path: Path, end: str) -> None:
    prices = [price("0.10", until=end), price("0.15", since="2026-06-10 10:00")]
    account = Account(
        tmp_path,
        {USAGE: [usage(10, start="2026-06-10 10:00"), usage(10, start="2026-06-10 09:59:59.9995")], PRICES: prices},
    )
    assert account.total() == D("1.5") + D("1.0")
    if end == "2026-06-10 10:00":
        both_ends = f"{JOINED} AND usage_start_time BETWEEN price_start_time AND coalesce(price_end_time, now())"
        assert account.naive(f"SELECT sum(usage_quantity * pricing.default) FROM {both_ends}") == D("3.5")


def test_a_wider_gap_between_windows_stays_unpriced(tmp_path: Path) -> None:
    prices = [price("0.10", until="2026-06-10 09:59:58"), price("0.15", since="2026-06-10 10:00")]
    account = Account(tmp_path, {USAGE: [usage(10, start="2026-06-10 09:59:59")], PRICES: prices})
    assert account.total() == 0
    assert account.total("unpriced_quantity") == 10


def test_7_usage_without_price_is_unpriced_not_gone_and_not_zero(tmp_path: Path) -> None:
    account = Account(tmp_path, {USAGE: [usage(10), usage(7, sku_name="NEW")], PRICES: [price()]})
    assert account.naive(f"SELECT sum(usage_quantity) FROM {JOINED}") == 10
    assert account.by("sku") == {"PREMIUM_JOBS_COMPUTE": D("1.5"), "NEW": None}
    assert account.by("sku", "unpriced_quantity")["NEW"] == 7


def test_8_corrections_count(tmp_path: Path) -> None:
    rows = [
        usage(10),
        usage(-10, record_type="RETRACTION"),
        usage(8, record_type="RESTATEMENT"),
        usage(-1, record_type="RETRACTION"),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    assert account.naive("SELECT sum(usage_quantity) FROM billing.usage WHERE record_type = 'ORIGINAL'") == 10
    assert account.total() == 7


def test_28_units_are_never_added(tmp_path: Path) -> None:
    rows = [usage(10), usage(300, usage_unit="GB", sku_name="NET", billing_origin_product="NETWORKING")]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1"), price("0.01", sku_name="NET", usage_unit="GB")]})
    assert account.naive("SELECT sum(usage_quantity) FROM billing.usage") == 310
    by_day = account.rows("spend/by_overview", **NO_FILTERS, dim1="day", dim2=None)
    assert {row["usage_unit"]: row["usage_quantity"] for row in by_day} == {"DBU": 10, "GB": 300}
    assert sum(row["dbus"] or 0 for row in by_day) == 10


def test_37_one_discount_rule_holds_the_most_exact_one(tmp_path: Path) -> None:
    rules = discounts(
        tmp_path / "d.yaml",
        "id: everything, discount: 0.1", "id: jobs, product: JOBS, discount: 0.2",
        'id: pattern, sku: "PREMIUM_*", discount: 0.3', "id: exact, sku: PREMIUM_JOBS_COMPUTE, discount: 0.4, from: 2026-06-10",
    )  # fmt: skip
    rows = [usage(10), usage(10, start="2026-06-09 10:00"), usage(10, sku_name="STANDARD_X"),
            usage(10, sku_name="STANDARD_X", billing_origin_product="SQL")]  # fmt: skip
    account = Account(
        tmp_path / "home", {USAGE: rows, PRICES: [price("1"), price("1", sku_name="STANDARD_X")]}, discounts=rules
    )
    found = {
        (r["usage_date"].day, r["sku_name"], r["product"]): (r["rule_id"], r["cost"])
        for r in account.rows("base/priced_usage")
    }
    assert found == {
        (10, "PREMIUM_JOBS_COMPUTE", "JOBS"): ("exact", D(6)), (9, "PREMIUM_JOBS_COMPUTE", "JOBS"): ("pattern", D(7)),
        (10, "STANDARD_X", "JOBS"): ("jobs", D(8)), (10, "STANDARD_X", "SQL"): ("everything", D(9)),
    }  # fmt: skip
    assert account.total() == 40


def test_38_an_account_price_wins_over_rules_and_says_so(tmp_path: Path) -> None:
    rules = discounts(tmp_path / "d.yaml", "id: everything, discount: 0.5")
    own = price("0.12") | {"pricing": {"default": D("0.12")}}
    rows = [usage(10), usage(10, sku_name="OTHER")]
    account = Account(
        tmp_path / "home",
        {USAGE: rows, PRICES: [price("1"), price("1", sku_name="OTHER")], "system.billing.account_prices": [own]},
        discounts=rules,
    )
    found = {r["sku_name"]: (r["price_source"], r["cost"], r["list_cost"]) for r in account.rows("base/priced_usage")}
    assert found == {"PREMIUM_JOBS_COMPUTE": ("account", D("1.2"), D(10)), "OTHER": ("rule", D(5), D(10))}


def test_currencies_are_never_added(tmp_path: Path) -> None:
    prices = [price("1"), price("0.9", currency_code="EUR"), price("5", sku_name="EURO", currency_code="EUR")]
    account = Account(tmp_path, {USAGE: [usage(10), usage(1, sku_name="EURO")], PRICES: prices})
    assert account.naive(f"SELECT sum(usage_quantity * pricing.default) FROM {JOINED}") == D("24.0")
    assert (account.total(currency="USD"), account.total(currency="EUR")) == (D(10), D(14))
    assert account.total("unpriced_quantity", currency="USD") == 1


def test_a_price_of_another_cloud_unit_or_account_is_no_price(tmp_path: Path) -> None:
    others = [price("9", cloud="GCP"), price("9", usage_unit="GB"), price("9", account_id="acc-2")]
    account = Account(tmp_path, {USAGE: [usage(10)], PRICES: [price("1"), *others]})
    assert account.total() == 10


def test_promotions_are_part_of_the_list_price(tmp_path: Path) -> None:
    promoted = price("1") | {
        "pricing": {"default": D(1), "promotional": {"default": D("0.5")}, "effective_list": {"default": D("0.5")}}
    }
    assert Account(tmp_path, {USAGE: [usage(10)], PRICES: [promoted]}).total() == 5

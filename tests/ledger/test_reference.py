"""Price files of the owner: every mistake is named with its place."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.errors import SettingsError
from lib.ledger.reference import discount_rules, tables, vm_prices


def test_the_shipped_prices_cover_three_clouds() -> None:
    prices = vm_prices()
    assert {price.cloud for price in prices} == {"AWS", "AZURE", "GCP"}
    assert len({price.node_type for price in prices}) == len(prices)
    assert all(
        0 < price.usd_per_hour < 200 and 0 < price.dbu_per_hour < 200 and 0 < price.spot_share <= 1 for price in prices
    )


def test_own_prices_replace_the_shipped_ones(tmp_path: Path) -> None:
    own = tmp_path / "vm.csv"
    own.write_text("# ours\ncloud,node_type,dbu_per_hour,usd_per_hour,spot_share\nAWS,m5.xlarge,0.69,0.1,0.5\n")
    found = {price.node_type: price for price in vm_prices(own)}
    assert found["m5.xlarge"].usd_per_hour == 0.1
    assert "i3.xlarge" in found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cloud,node_type\nAWS,m5.xlarge\n", "usd_per_hour"),
        ("# head\ncloud,node_type,dbu_per_hour,usd_per_hour,spot_share\nAWS,m5.xlarge,0.69,cheap,0.5\n", "line 3"),
    ],
)
def test_bad_vm_prices(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "vm.csv"
    path.write_text(text)
    with pytest.raises(SettingsError, match=said):
        vm_prices(path)


def rules(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "discounts.yaml"
    path.write_text(text)
    return path


def test_rules_keep_their_order_and_kind(tmp_path: Path) -> None:
    text = """discounts:
  - {id: a, discount: 0.1, from: 2026-01-01, to: 2026-07-01}
  - {id: b, discount: 0.2, product: JOBS}
  - {id: c, discount: 0.3, sku: "PREMIUM_*"}
  - {id: d, discount: 0.4, sku: PREMIUM_JOBS_COMPUTE}
"""
    found = discount_rules(rules(tmp_path, text))
    assert [(r.id, r.kind, r.discount) for r in found] == [
        ("a", "all", Decimal("0.1")), ("b", "product", Decimal("0.2")), ("c", "sku_pattern", Decimal("0.3")), ("d", "sku", Decimal("0.4")),
    ]  # fmt: skip
    assert (found[0].starts, found[0].ends, found[2].match_value) == (
        date(2026, 1, 1),
        date(2026, 7, 1),
        "^PREMIUM_.*$",
    )
    assert tables(None, tmp_path / "discounts.yaml")["discount_rules"].num_rows == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("discounts: [{id: a, discount: 12}]", "less than or equal to 1"),
        ("discounts:\n- {id: a, discount: 0.1}\n- {id: b, discount: x}", "line 3: discount"),
        ("discounts: [{id: a, discount: 0.1, sku: A, product: JOBS}]", "either sku or product"),
        ("discounts: [{id: a, discount: 0.1, prodct: JOBS}]", "prodct"),
        ("discounts: [{id: a, discount: 0.1}, {id: a, discount: 0.2}]", "occurs 2 times"),
        ("discounts: [{id: a, discount: 0.1, from: 2026-02-01, to: 2026-01-01}]", "before it starts"),
        ("discounts:\n- {id: a, discount: 0.1, from: 2026-31-01}", "line 2: from: .*month"),
        ("rules: []", "no list of discounts"),
        ("discounts: [", "not YAML"),
    ],
)
def test_bad_rules_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        discount_rules(rules(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Cannot read"):
        discount_rules(tmp_path / "none.yaml")

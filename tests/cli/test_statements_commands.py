"""Commands about queries on the small demo: one JSON object each, parts that add up, exit codes as verdicts."""

import json
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

from lib.cli.app import app

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("demo_settings")]


def ask(*words: str, code: int = 0) -> Any:
    result = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_statements_add_up_and_lead_to_one() -> None:
    by = ask("statements", "--by", "source")
    bill = by["bill"]["warehouses"]
    assert bill["used"] + bill["idle"] + (bill["unattributed"] or 0) == pytest.approx(bill["billed"], abs=0.005)
    assert sum(row["runs"] for row in by["rows"]) == by["summary"]["runs"]
    first = ask("statements", "--order", "cost", "--limit", "1")["rows"][0]
    one = ask("statement", first["statement_id"], "--workspace", first["workspace_id"])
    assert one["computation"]
    assert one["fingerprint"]
    assert set(one) >= {"statement", "timeline_ms", "cost", "findings", "sisters"}


def test_with_an_owner_or_a_source_what_warehouses_cost_is_not_split() -> None:
    user = ask("statements", "--by", "user")["rows"][0]
    shown = ask("statements", "--owner", user["key"])
    bills = shown["bill"].values()
    assert [bill["whole"] for bill in bills] == [False, False]
    assert sum(bill["used"] or 0 for bill in bills) == pytest.approx(user["cost"], abs=1e-6)
    assert {bill[part] for bill in bills for part in ("billed", "idle", "unattributed")} == {None}
    said = CliRunner().invoke(app, ["statements", "--source", "dashboard"]).stderr
    assert "is not split by owner" in " ".join(said.split())


def test_failures_are_listed_with_their_categories_and_all_are_told() -> None:
    failed = ask("statements", "--failures", "--limit", "1000")["rows"]
    assert {row["category"] for row in failed} >= {"syntax", "permission", "data"}
    every = sum(row["failed_runs"] for row in ask("statements", "--by", "source")["rows"])
    assert sum(row["runs"] for row in failed) == every


def test_fingerprints_findings_and_what_if() -> None:
    assert {"rows", "regressions", "improvements"} <= set(ask("fingerprints", "--limit", "5"))
    found = ask("findings", "--limit", "5", "--by-user")
    assert all(item["method"] and item["action"] for item in found["findings"])
    for item in found["findings"]:
        if item["saving_high"] is not None:
            least, most = (Decimal(cost) for cost in item["would_cost"])
            assert (
                Decimal(item["own_cost"]) == least + Decimal(item["saving_high"]) == most + Decimal(item["saving_low"])
            )
        assert (item["state"], item["confidence"] in ("low", "medium", "high")) == ("open", True)
    warehouse = next(row["key"] for row in ask("statements", "--by", "warehouse")["rows"] if row["key"])
    for name in ("warehouses", "warehouse"):
        tried = ask(name, "what-if", warehouse, "--auto-stop", "5")
        assert tried["assessed"]
        assert tried["simulated_on_s"] == pytest.approx(tried["on_s"], rel=0.01)
        assert tried["outcomes"][0]["auto_stop_minutes"] == 5
    assert ask("warehouses")["warehouses"]

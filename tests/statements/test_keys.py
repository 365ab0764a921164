"""Partition and cluster columns from statements, and what a filter over a function is worth with and without them."""

from datetime import date
from typing import Any

import pytest

from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.statements.findings import of_fingerprint
from lib.statements.keys import keys_of
from lib.statements.lint import lint
from lib.statements.thresholds import thresholds
from tests.statements.test_rules_of_figures import QUIET

VIEW = Filters(Period(date(2026, 5, 1), date(2026, 5, 31)))
TEXT = "SELECT e.page FROM main.web.events AS e WHERE CAST(e.at AS DATE) = DATE '2026-05-02' AND e.kind = 'x'"
FACTS: dict[str, Any] = QUIET | {
    "workspace_id": "1", "fingerprint": "f", "shape_text": TEXT, "main_user": "ann", "main_warehouse": "w", "shapes": ["h"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CREATE TABLE IF NOT EXISTS main.web.events (at TIMESTAMP, kind STRING) USING delta PARTITIONED BY (day DATE, kind)",
         {"main.web.events": {"day", "kind"}}),
        ("CREATE OR REPLACE TABLE `Main`.web.Events CLUSTER BY (at) AS SELECT * FROM x PARTITIONED", {"main.web.events": {"at"}}),
        ("ALTER TABLE web.events CLUSTER BY (at, kind)", {"web.events": {"at", "kind"}}),
        ("OPTIMIZE main.web.events WHERE day = '?' ZORDER BY (`at`) -- ZORDER BY (no)", {"main.web.events": {"at"}}),
        ("ALTER TABLE web.events CLUSTER BY NONE", {}),
        ("SELECT * FROM t CLUSTER BY (a)", {}),
        ("CREATE TABLE t (a STRING DEFAULT 'CLUSTER BY (b)')", {}),
    ],
)  # fmt: skip
def test_keys_are_read_from_statements_and_never_from_strings(text: str, expected: dict[str, set[str]]) -> None:
    assert keys_of([text]) == expected


def about(keys: dict[str, frozenset[str]], **facts: Any) -> Any:
    found = [
        r for r in of_fingerprint(FACTS | facts, lint(TEXT), VIEW, thresholds(), keys) if r.kind == "function-on-filter"
    ]
    assert len(found) == 1
    return found[0]


def test_a_filter_over_a_key_is_worth_something_and_the_finding_names_it() -> None:
    found = about({"main.web.events": frozenset({"at"})})
    assert (found.assessed, found.confidence) == (True, "medium")
    assert "at is a partition or cluster column of main.web.events" in " ".join(found.evidence)


def test_without_knowing_the_key_it_is_not_assessed_unless_few_files_are_skipped() -> None:
    unknown = about({})
    assert not unknown.assessed
    assert "is not known" in " ".join(unknown.evidence)
    measured = about({}, read_bytes=100 * 2**31, read_files=9_000, pruned_files=1_000)
    assert (measured.assessed, measured.confidence) == (True, "low")


def test_a_filter_over_another_column_than_the_key_is_not_assessed() -> None:
    found = about({"main.web.events": frozenset({"day"})}, read_bytes=100 * 2**31, read_files=9_000, pruned_files=1_000)
    assert not found.assessed
    assert "not by at" in " ".join(found.evidence)

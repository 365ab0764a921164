"""The manual says what the code does."""

import doctest
from pathlib import Path

import pytest

import lib
from lib.files import report, sql
from lib.files.rules import RULES


def test_the_manual_lists_every_table_with_its_rule() -> None:
    text = (Path(lib.__file__).parent.parent / "docs/import.md").read_text(encoding="utf-8")
    listed = [line for line in text.splitlines() if line.startswith(("| `system.", "| `external."))]
    assert len(listed) == len(RULES)
    for name, rule in RULES.items():
        newer = f"replaced by {', '.join(rule.replaced_by)}" if rule.replaced_by else rule.newest or "–"
        assert f"| `{name}` | {', '.join(rule.required)} | {', '.join(rule.key) or 'all columns'} | {newer} |" in listed


@pytest.mark.parametrize("module", [report, sql])
def test_examples(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]

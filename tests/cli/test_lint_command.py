"""`lint`: JSON for machines, SARIF for code hosts, the exit code as the verdict."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lib.cli.app import app
from lib.errors import InputError

DIRTY = "-- orders\nSELECT *\nFROM main.sales.orders\nORDER BY id;\n"
CLEAN = "SELECT id FROM orders WHERE day = DATE '2026-01-01'\n"


def lint(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["lint", *words], input=given, catch_exceptions=False)


@pytest.fixture
def dirty(tmp_path: Path) -> str:
    path = tmp_path / "dirty.sql"
    path.write_text(DIRTY, encoding="utf-8")
    return str(path)


def test_json_names_rule_priority_place_message_and_remedy(dirty: str) -> None:
    result = lint(dirty, "--json")
    assert result.exit_code == 1
    findings = json.loads(result.stdout)["findings"]
    assert [(f["rule"], f["priority"], f["line"], f["column"]) for f in findings] == [
        ("preview-without-limit", "Medium", 2, 1),
        ("select-star", "High", 2, 8),
        ("order-without-limit", "Medium", 4, 1),
    ]
    assert all(finding["message"] and finding["remedy"] and finding["file"] == dirty for finding in findings)


def test_clean_text_passes_and_unreadable_text_is_bad_input() -> None:
    assert lint("-", given=CLEAN).exit_code == 0
    result = lint("-", "--json", given="SELEC nothing FROM")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["unparseable"][0]["reason"]


def test_fail_on_chooses_what_fails(dirty: str) -> None:
    codes = {level: lint(dirty, "--fail-on", level).exit_code for level in ("low", "high", "never")}
    assert codes == {"low": 1, "high": 1, "never": 0}
    only_low = "SELECT a FROM t WHERE b LIKE '%x'"
    assert (lint("-", "--fail-on", "medium", given=only_low).exit_code, lint("-", given=only_low).exit_code) == (0, 1)
    with pytest.raises(InputError):
        lint(dirty, "--fail-on", "severe")


def test_sarif_points_at_the_same_places(dirty: str) -> None:
    document = json.loads(lint(dirty, "--sarif").stdout)
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    places = []
    for result in run["results"]:
        assert result["ruleId"] in known
        region = result["locations"][0]["physicalLocation"]["region"]
        places.append((result["level"], region["startLine"], region["startColumn"]))
    assert places == [("warning", 2, 1), ("error", 2, 8), ("warning", 4, 1)]


def test_sarif_keeps_what_its_schema_asks_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Required properties, types, words and formats of SARIF 2.1.0, and what code hosts ask for beside it."""
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "ü%.sql").write_text(DIRTY + "SELEC x;\nBEGIN SELECT 1; END", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = lint("a b/ü%.sql", str(tmp_path / "a b" / "ü%.sql"), "-", "--sarif", given="SELECT * FROM t")
    document = json.loads(result.stdout)
    assert set(document) == {"$schema", "version", "runs"}
    (run,) = document["runs"]
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert all(rule[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
    uris = set()
    for found in run["results"]:
        assert found["level"] in ("none", "note", "warning", "error")
        assert found["ruleId"] in {rule["id"] for rule in rules}
        assert found["message"]["text"]
        (location,) = found["locations"]
        place = location["physicalLocation"]
        assert all(isinstance(place["region"][at], int) and place["region"][at] >= 1 for at in place["region"])
        assert set(place["region"]) == {"startLine", "startColumn"}
        uris.add(place["artifactLocation"]["uri"])
    assert all(re.fullmatch(r"(?:[A-Za-z0-9._~:/-]|%[0-9A-F]{2})+", uri) for uri in uris)
    assert uris == {"a%20b/%C3%BC%25.sql", (tmp_path / "a b" / "ü%.sql").as_uri(), "-"}
    assert [found["ruleId"] for found in run["results"]].count("unreadable") == 4


def test_a_missing_file_is_bad_input() -> None:
    with pytest.raises(InputError):
        lint("/nowhere/x.sql")

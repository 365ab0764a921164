"""Findings in SARIF 2.1.0, the format in which code hosts show results of analysis beside a change."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from lib.statements.finding import Priority
from lib.statements.lint import Linted
from lib.statements.rules import RULES

LEVELS = {Priority.HIGH: "error", Priority.MEDIUM: "warning", Priority.LOW: "note"}
UNREADABLE = "unreadable"


def sarif(files: Mapping[str, Linted]) -> dict[str, Any]:
    """One run over all files; `files`: path → what was found in it."""
    rules = [_rule(rule.name, rule.title, rule.why) for rule in RULES]
    rules.append(
        _rule(
            UNREADABLE,
            "Statement that cannot be read",
            "Nothing is said about a statement that the parser cannot read.",
        )
    )
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "Lakeledger", "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [result for path, found in files.items() for result in _results(path, found)],
            }
        ],
    }


def _rule(name: str, title: str, why: str) -> dict[str, Any]:
    return {
        "id": name,
        "name": title,
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": why},
    }


def _results(path: str, found: Linted) -> list[dict[str, Any]]:
    results = [
        _result(path, f.rule, LEVELS[f.priority], f"{f.message} {f.remedy}", f.line, f.column) for f in found.findings
    ]
    return results + [_result(path, UNREADABLE, "warning", u.reason, u.line, u.column) for u in found.unreadable]


def _result(path: str, rule: str, level: str, text: str, line: int, column: int) -> dict[str, Any]:
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(path)},
                    "region": {"startLine": line, "startColumn": column},
                }
            }
        ],
    }


def _uri(path: str) -> str:
    """A path as SARIF wants it: relative ones as they are, with signs that a URI may not hold written as %xx.

    >>> _uri("sql/a b.sql")
    'sql/a%20b.sql'
    """
    given = PurePath(path)
    return given.as_uri() if given.is_absolute() else quote(given.as_posix())

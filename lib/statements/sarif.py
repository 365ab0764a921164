"""Findings in SARIF 2.1.0, the format in which code hosts show results of analysis beside a change."""

from collections.abc import Mapping
from typing import Any

from lib.statements.finding import Priority
from lib.statements.lint import Linted
from lib.statements.rules import RULES

LEVELS = {Priority.HIGH: "error", Priority.MEDIUM: "warning", Priority.LOW: "note"}
UNREADABLE = "unreadable"


def sarif(files: Mapping[str, Linted]) -> dict[str, Any]:
    """One run over all files; `files`: path → what was found in it."""
    rules = [
        {
            "id": rule.name,
            "name": rule.title,
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": rule.why},
        }
        for rule in RULES
    ]
    rules.append(
        {
            "id": UNREADABLE,
            "name": "Statement that cannot be read",
            "shortDescription": {"text": "Statement that cannot be read"},
            "fullDescription": {"text": "Nothing is said about a statement that the parser cannot read."},
        }
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
                    "artifactLocation": {"uri": path.replace("\\", "/")},
                    "region": {"startLine": line, "startColumn": column},
                }
            }
        ],
    }

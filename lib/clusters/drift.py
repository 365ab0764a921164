"""Where a cluster does not keep its policy, and what enforcing would set. Pure: nothing is ever enforced from here.

A policy's definition maps attribute paths to rules: `fixed`, `forbidden`, `allowlist`, `blocklist`, `regex`, `range`,
`unlimited`. A path with a star, or a virtual attribute such as `dbus_per_hour`, is not assessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = {"UI": "all-purpose", "API": "all-purpose", "JOB": "job", "PIPELINE": "dlt", "PIPELINE_MAINTENANCE": "dlt"}
VIRTUAL = frozenset({"dbus_per_hour"})
MISSING = object()


@dataclass(frozen=True)
class Violation:
    """One attribute that the current version of the policy does not allow."""

    path: str
    has: str
    """The value now, in words."""
    rule: str
    """What the policy asks for, in words."""
    would_be: str
    """What enforcing would set; empty when somebody has to choose."""


def violations(definition: Mapping[str, Mapping[str, Any]], attributes: Mapping[str, Any]) -> list[Violation]:
    """Every violation, in the order of the policy."""
    found = []
    for path, rule in definition.items():
        if not assessed(path, rule):
            continue
        value = value_at(attributes, path)
        broken = _broken(rule, value)
        if broken:
            found.append(Violation(path, "not set" if value is MISSING else str(value), broken, _fix(rule, value)))
    return found


def assessed(path: str, rule: Mapping[str, Any]) -> bool:
    """Whether this rule can be judged from a configuration alone."""
    text = str(rule.get("value", ""))
    return path not in VIRTUAL and "*" not in path and not text.startswith("auto:")


def value_at(attributes: Mapping[str, Any], path: str) -> Any:
    """The value at a path; `MISSING` when there is none. Keys may hold dots themselves (spark_conf.spark.x)."""
    if path == "cluster_type":
        return KINDS.get(str(attributes.get("cluster_source", "")), MISSING)
    value: Any = attributes
    rest = path
    while rest:
        if not isinstance(value, Mapping):
            return MISSING
        if rest in value:
            return value[rest] if value[rest] is not None else MISSING
        step, _, rest = rest.partition(".")
        if step not in value:
            return MISSING
        value = value[step]
    return value if value is not None else MISSING


def _broken(rule: Mapping[str, Any], value: Any) -> str:
    """What the rule asks for when it is broken; empty when it is kept."""
    kind = rule.get("type")
    if kind == "forbidden":
        return "must not be set" if value is not MISSING else ""
    if value is MISSING:
        optional = rule.get("isOptional", kind not in ("fixed",))
        return "" if optional and kind != "fixed" else _asks(rule)
    match kind:
        case "fixed":
            return "" if _same(value, rule.get("value")) else _asks(rule)
        case "allowlist":
            return "" if any(_same(value, allowed) for allowed in rule.get("values", ())) else _asks(rule)
        case "blocklist":
            return _asks(rule) if any(_same(value, banned) for banned in rule.get("values", ())) else ""
        case "regex":
            return "" if re.fullmatch(str(rule.get("pattern", ".*")), str(value)) else _asks(rule)
        case "range":
            return "" if _within(rule, value) else _asks(rule)
    return ""


def _asks(rule: Mapping[str, Any]) -> str:
    match rule.get("type"):
        case "fixed":
            return f"must be {rule.get('value')}"
        case "allowlist":
            return "must be one of " + ", ".join(map(str, rule.get("values", ())))
        case "blocklist":
            return "must not be one of " + ", ".join(map(str, rule.get("values", ())))
        case "regex":
            return f"must match {rule.get('pattern')}"
        case "range":
            low, high = rule.get("minValue"), rule.get("maxValue")
            if low is not None and high is not None:
                return f"must be from {low} to {high}"
            return f"must be at least {low}" if low is not None else f"must be at most {high}"
    return "must be set"


def _fix(rule: Mapping[str, Any], value: Any) -> str:
    kind = rule.get("type")
    if kind == "fixed":
        return str(rule.get("value"))
    if kind == "forbidden":
        return "removed"
    if kind == "range" and value is not MISSING and _number(value) is not None:
        number = _number(value) or 0.0
        low, high = rule.get("minValue"), rule.get("maxValue")
        if high is not None and number > high:
            return str(high)
        if low is not None and number < low:
            return str(low)
    return str(rule["defaultValue"]) if "defaultValue" in rule else ""


def _within(rule: Mapping[str, Any], value: Any) -> bool:
    number = _number(value)
    if number is None:
        return False
    low, high = rule.get("minValue"), rule.get("maxValue")
    return (low is None or number >= low) and (high is None or number <= high)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return str(value).lower() == str(wanted).lower()
    return str(value) == str(wanted)

"""Why statements failed, in a few categories, by what the error says."""

import re

_CATEGORIES = (
    ("timeout", ("timeout", "timed out", "deadline exceeded", r"exceeded the limit of \d+ ?(?:s|seconds)")),
    (
        "permission",
        (
            "permission", "INSUFFICIENT_P", "not authorized", "unauthorized", "access denied", "forbidden",
            "does not have .*(?:on|privilege)",
        ),
    ),
    (
        "memory",
        ("out ?of ?memory", r"\bOOM\b", "memory limit", "GC overhead", "exceeds? .*memory", r"driver\.maxResultSize"),
    ),
    (
        "syntax",
        (
            "syntax error", "SYNTAX_ERROR", "ParseException", "UNRESOLVED_", "TABLE_OR_VIEW_NOT_FOUND",
            "cannot be (?:found|resolved)", "AnalysisException", "mismatched input", "DATATYPE_MISMATCH",
        ),
    ),
    (
        "data",
        (
            "DIVIDE_BY_ZERO", "CAST_INVALID", "ARITHMETIC_OVERFLOW", "constraint", "MERGE_CARDINALITY", "duplicate",
            "malformed", "corrupt",
        ),
    ),
)  # fmt: skip
CATEGORIES = (*(name for name, _ in _CATEGORIES), "other", "not said")
_COMPILED = tuple((name, re.compile("|".join(words), re.IGNORECASE)) for name, words in _CATEGORIES)


_CLASS = re.compile(r"\[[A-Z0-9_.]+\]")


def error_class(error_text: str) -> str:
    """The class that an error message begins with, without what it says about this statement.

    >>> error_class("[UNRESOLVED_COLUMN] A column with name `a` cannot be resolved"), error_class("Failed: a")
    ('[UNRESOLVED_COLUMN]', 'not shown to your role')
    """
    found = _CLASS.match(error_text)
    return found[0] if found else "not shown to your role"


def category(error_text: str | None) -> str:
    """timeout, permission, memory, syntax, data, other; "not said" where the message is empty.

    >>> category("[PARSE_SYNTAX_ERROR] Syntax error at or near 'FORM'"), category(None)
    ('syntax', 'not said')
    """
    if not error_text:
        return "not said"
    return next((name for name, pattern in _COMPILED if pattern.search(error_text)), "other")

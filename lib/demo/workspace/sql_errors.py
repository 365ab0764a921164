"""What the workspace's SQL refuses, in Databricks' words: `[ERROR_CLASS] message SQLSTATE: 42P01`."""

import re

import duckdb

from lib.errors import AppError


class SqlRefusal(Exception):
    """A statement that failed."""

    def __init__(self, error_class: str, message: str, sql_state: str) -> None:
        super().__init__(f"[{error_class}] {message} SQLSTATE: {sql_state}")
        self.error_class = error_class
        self.sql_state = sql_state


def syntax(near: str) -> SqlRefusal:
    """A text that cannot be read."""
    return SqlRefusal("PARSE_SYNTAX_ERROR", f"Syntax error at or near '{near}'.", "42601")


def no_table(name: str) -> SqlRefusal:
    """A table that does not exist, or may not be known of."""
    quoted = ".".join(f"`{part}`" for part in name.split("."))
    return SqlRefusal(
        "TABLE_OR_VIEW_NOT_FOUND",
        f"The table or view {quoted} cannot be found. Verify the spelling and correctness of the schema and catalog.",
        "42P01",
    )


def no_schema(name: str) -> SqlRefusal:
    """A schema that does not exist."""
    quoted = ".".join(f"`{part}`" for part in name.split("."))
    return SqlRefusal("SCHEMA_NOT_FOUND", f"The schema {quoted} cannot be found.", "42704")


def may_not(privilege: str, kind: str, name: str) -> SqlRefusal:
    """A privilege that is missing."""
    return SqlRefusal(
        "INSUFFICIENT_PERMISSIONS",
        f"Insufficient privileges:\nUser does not have {privilege} on {kind.capitalize()} '{name}'.",
        "42501",
    )


def unsupported(what: str) -> SqlRefusal:
    """Something this workspace does not do."""
    return SqlRefusal("UNSUPPORTED_FEATURE", f"The feature is not supported: {what}.", "0A000")


_UNKNOWN_COLUMN = re.compile(r'(?:Referenced column|column named?) "?([^"\s]+)"?', re.IGNORECASE)


def translated(error: Exception) -> SqlRefusal:
    """DuckDB's (or the translation's) error in Databricks' words."""
    if isinstance(error, SqlRefusal):
        return error
    if isinstance(error, AppError):
        return SqlRefusal("PARSE_SYNTAX_ERROR", error.message, "42601")
    said = " ".join(str(error).split())
    found = _UNKNOWN_COLUMN.search(said)
    if isinstance(error, duckdb.BinderException) and found:
        return SqlRefusal(
            "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
            f"A column, variable, or function parameter with name `{found[1]}` cannot be resolved.",
            "42703",
        )
    for kind, error_class, sql_state in _KINDS:
        if isinstance(error, kind):
            return SqlRefusal(error_class, said, sql_state)
    return SqlRefusal("INTERNAL_ERROR", said, "XX000")


_KINDS: tuple[tuple[type[Exception], str, str], ...] = (
    (duckdb.ParserException, "PARSE_SYNTAX_ERROR", "42601"),
    (duckdb.ConversionException, "CAST_INVALID_INPUT", "22018"),
    (duckdb.OutOfRangeException, "ARITHMETIC_OVERFLOW", "22003"),
    (duckdb.ConstraintException, "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES", "23001"),
    (duckdb.CatalogException, "UNRESOLVED_ROUTINE", "42883"),
    (duckdb.BinderException, "DATATYPE_MISMATCH", "42K09"),
    (duckdb.OutOfMemoryException, "OUT_OF_MEMORY", "53200"),
    (duckdb.TransactionException, "DELTA_CONCURRENT_APPEND", "2D521"),
)

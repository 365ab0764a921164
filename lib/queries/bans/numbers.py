"""Numbers that engines round, cut or refuse differently."""

from collections.abc import Iterator

from sqlglot import exp

from lib.queries.bans.kinds import kind_of
from lib.queries.bans.statement import Finding, Statement, ancestors

_INTEGER_TYPES = ("tinyint", "smallint", "int", "bigint")
_COMPARISONS = (exp.Is, exp.Predicate)


def wide_price(statement: Statement) -> Iterator[Finding]:
    """A price read without CAST AS DECIMAL(14,10): its product overflows in DuckDB, Spark rounds each row."""
    for column in statement.tree.find_all(exp.Column):
        if "pricing" in [part.name.lower() for part in column.parts] and not _cast_to_price(column):
            yield Finding(
                column,
                f"The price {column.sql()} is read with all its 18 digits.",
                "CAST(… AS DECIMAL(14,10)) where it is read.",
            )


def _cast_to_price(column: exp.Column) -> bool:
    for above in ancestors(column):
        if isinstance(above, exp.Cast):
            return bool(above.to.sql(dialect="databricks").replace(" ", "") == "DECIMAL(14,10)")
        if isinstance(above, _COMPARISONS):
            return True
    return False


def decimal_division(statement: Statement) -> Iterator[Finding]:
    """Decimals divided: Spark gives 6 digits, DuckDB a double."""
    for node in statement.tree.find_all(exp.Div, exp.SafeDivide):
        if kind_of(node, statement.kinds) == "decimal":
            yield Finding(node, "A decimal is divided.", "CAST(… AS DOUBLE) one side before dividing.")


def unguarded_division(statement: Statement) -> Iterator[Finding]:
    """A divisor that may be 0: Spark stops with an error, DuckDB gives inf or NULL."""
    for node in statement.tree.find_all(exp.Div, exp.Mod, exp.IntDiv):
        if not _never_zero(node.expression) and not any(isinstance(a, exp.If | exp.Case) for a in ancestors(node)):
            yield Finding(node, "The divisor may be 0.", "Use try_divide, NULLIF(divisor, 0), or a CASE around it.")


def _never_zero(node: exp.Expression) -> bool:
    match node:
        case exp.Paren() | exp.Cast() | exp.Neg():
            return _never_zero(node.this)
        case exp.Literal():
            return float(node.name) != 0
        case exp.Nullif():
            return True
        case exp.Greatest():
            return any(isinstance(part, exp.Literal) and _never_zero(part) for part in node.expressions)
        case exp.Mul() | exp.Pow():
            return _never_zero(node.this) and _never_zero(node.expression)
    return False


def rounded_integer(statement: Statement) -> Iterator[Finding]:
    """CAST(2.5 AS INT): DuckDB rounds, Spark cuts."""
    for node in statement.tree.find_all(exp.Cast):
        if node.to.is_type(*_INTEGER_TYPES):
            if isinstance(node, exp.TryCast):
                yield Finding(
                    node,
                    "TRY_CAST to an integer takes '12.7' in DuckDB, not in Spark.",
                    "TRY_CAST(… AS DOUBLE), or compare the text.",
                )
            elif kind_of(node.this, statement.kinds) in ("double", "decimal"):
                yield Finding(
                    node,
                    "A number with digits after the point becomes an integer.",
                    "Say how: FLOOR, CEIL or ROUND inside the CAST.",
                )


def text_of_number(statement: Statement) -> Iterator[Finding]:
    """CAST(1e300 AS STRING) is spelled differently by each engine."""
    for node in statement.tree.find_all(exp.Cast):
        if node.to.is_type("text", "varchar") and kind_of(node.this, statement.kinds) == "double":
            yield Finding(node, "A double becomes text.", "Return the number; whoever shows it formats it.")

"""Arrays, maps and structs: order, missing elements, and NULL inside."""

from collections.abc import Iterator

from sqlglot import exp

from lib.queries.bans.statement import Finding, Statement, ancestors

_UNORDERED = (exp.ArrayUniqueAgg, exp.ArrayAgg, exp.ArrayIntersect)
_ORDER_FREE = (exp.ArraySort, exp.ArraySize, exp.ArrayContains)


def unsorted_array(statement: Statement) -> Iterator[Finding]:
    """collect_set, collect_list and array_intersect have no order of their own."""
    for node in statement.tree.find_all(*_UNORDERED):
        around = list(ancestors(node))
        counted = any(isinstance(a, exp.Anonymous) and a.name.lower() == "cardinality" for a in around)
        ordered = any(isinstance(a, exp.Window) and a.args.get("order") for a in around)
        if not counted and not ordered and not any(isinstance(a, _ORDER_FREE) for a in around):
            yield Finding(node, "The order of this array differs from run to run.", "array_sort(…) around it.")


def array_index(statement: Statement) -> Iterator[Finding]:
    """`a[3]` and element_at(a, 3) past the end: an error in Spark, NULL in DuckDB."""
    for node in statement.tree.find_all(exp.Bracket):
        index = node.expressions[0]
        number = index.this if isinstance(index, exp.Neg) else index
        if not (isinstance(number, exp.Literal) and not number.is_string) or node.args.get("safe"):
            continue
        one = "0" if not node.args.get("offset") else "1"
        if not (isinstance(node.this, exp.RegexpSplit | exp.Split) and number.name == one):
            yield Finding(node, "Spark refuses an index past the end.", "try_element_at(array, n), counted from 1.")


def lambda_index(statement: Statement) -> Iterator[Finding]:
    """`transform(a, (x, i) -> …)`: i starts at 0 in Spark and at 1 in DuckDB."""
    for node in statement.tree.find_all(exp.Lambda):
        if len(node.expressions) > 1 and isinstance(node.parent, exp.Transform | exp.ArrayFilter):
            yield Finding(node, "The index of the lambda starts at another number.", "posexplode in its own step.")


def struct_order(statement: Statement) -> Iterator[Finding]:
    """max(struct(…)): NULL inside is the least in Spark and the greatest in DuckDB."""
    for node in statement.tree.find_all(exp.Max, exp.Min):
        if isinstance(node.this, exp.Struct):
            yield Finding(node, "Structs with NULL inside order differently.", "max_by(x, struct(…)) works.")

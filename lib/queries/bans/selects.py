"""Shapes of a SELECT that DuckDB runs and Spark refuses, or that each reads in its own way."""

from collections.abc import Iterator

from sqlglot import exp

from lib.queries.bans.kinds import kind_of
from lib.queries.bans.statement import Finding, Statement, within


def lateral_alias(statement: Statement) -> Iterator[Finding]:
    """An alias used in the same SELECT where Spark does not know it: WHERE, a window, next to GROUP BY ALL."""
    for select in statement.tree.find_all(exp.Select):
        aliases = _own_aliases(select, statement)
        for place, node in _forbidden_places(select):
            for column in within(node):
                if isinstance(column, exp.Column) and not column.table and column.name.lower() in aliases:
                    yield Finding(
                        column,
                        f"{column.name} is an alias of this SELECT; Spark does not see it {place}.",
                        "Repeat the expression, or add a step to the WITH clause.",
                    )


def _forbidden_places(select: exp.Select) -> Iterator[tuple[str, exp.Expression]]:
    if where := select.args.get("where"):
        yield "in WHERE", where
    for projection in select.expressions:
        for window in (node for node in within(projection) if isinstance(node, exp.Window)):
            yield "in a window", window
    group = select.args.get("group")
    if group is not None and group.args.get("all"):
        for projection in select.expressions:
            yield "beside GROUP BY ALL", projection.unalias()


def _own_aliases(select: exp.Select, statement: Statement) -> frozenset[str]:
    """Aliases that name something new: not a column that already has that name."""
    existing = {column.name.lower() for column in _own_columns(select) if column.table}
    for source in _sources(select):
        existing |= statement.columns.get(source.name.lower(), frozenset())
    named = {p.alias.lower(): p.this for p in select.expressions if isinstance(p, exp.Alias)}
    return frozenset(
        name
        for name, value in named.items()
        if name not in existing and name not in {column.name.lower() for column in value.find_all(exp.Column)}
    )


def _own_columns(select: exp.Select) -> Iterator[exp.Column]:
    """Every column that this SELECT itself names."""
    for node in within(select):
        if isinstance(node, exp.Column):
            yield node


def _sources(select: exp.Select) -> Iterator[exp.Expression]:
    from_ = select.args.get("from_")
    for clause in (from_, *select.args.get("joins", ())):
        if clause is not None:
            yield clause.this


def table_alias_as_column(statement: Statement) -> Iterator[Finding]:
    """`SELECT sum(i) AS t FROM x AS t ORDER BY t`: DuckDB takes t for the row."""
    for select in statement.tree.find_all(exp.Select):
        tables = {source.alias_or_name.lower() for source in _sources(select)}
        named = {p.alias.lower() for p in select.expressions if isinstance(p, exp.Alias)} & tables
        for column in _own_columns(select):
            if not column.table and column.name.lower() in named:
                yield Finding(column, f"{column.name} names both a column and a table.", "Rename one.")


def lateral_view(statement: Statement) -> Iterator[Finding]:
    """LATERAL VIEW and LATERAL explode(): lost rows, lost columns, or many times slower in DuckDB."""
    for node in statement.tree.find_all(exp.Lateral):
        if not isinstance(node.this, exp.Subquery):
            yield Finding(
                node,
                "LATERAL VIEW is slow or wrong in DuckDB.",
                "A step of its own: SELECT …, explode(map_entries(m)) AS entry.",
            )


def generator_columns(statement: Statement) -> Iterator[Finding]:
    """`explode(m) AS (k, v)` and explode of a map: DuckDB has one column a generator."""
    for node in statement.tree.find_all(exp.Aliases):
        if not isinstance(node.this, exp.Posexplode):
            yield Finding(
                node,
                "A generator with several columns.",
                "explode(map_entries(m)) AS entry, then entry.key and entry.value.",
            )


def grouped_map(statement: Statement) -> Iterator[Finding]:
    """GROUP BY a map: entries in another order make another group in DuckDB, the same one in Spark."""
    for select in statement.tree.find_all(exp.Select):
        group = select.args.get("group")
        if group is None:
            continue
        keys = [p.unalias() for p in select.expressions] if group.args.get("all") else group.expressions
        for key in keys:
            if isinstance(key, exp.Column) and kind_of(key, statement.kinds) == "map":
                yield Finding(key, f"{key.name} is a map.", "Group by its sorted entries, joined to one text.")


def struct_star(statement: Statement) -> Iterator[Finding]:
    """`s.*` of a struct; `t.*` of a table is fine."""
    for select in statement.tree.find_all(exp.Select):
        tables = {source.alias_or_name.lower() for source in _sources(select)}
        for column in select.expressions:
            if isinstance(column, exp.Column) and column.is_star and column.table.lower() not in tables:
                yield Finding(column, f"{column.table} is not a table of this SELECT.", "Name the fields.")


def aggregate_in_qualify(statement: Statement) -> Iterator[Finding]:
    """QUALIFY over an aggregate that is not in the SELECT list: DuckDB runs it, Spark refuses."""
    for select in statement.tree.find_all(exp.Select):
        qualify = select.args.get("qualify")
        if qualify is None or select.args.get("group") is None:
            continue
        for window in qualify.find_all(exp.Window):
            inside = [window.args.get("order"), *window.args.get("partition_by", ())]
            if any(part is not None and part.find(exp.AggFunc) for part in inside):
                yield Finding(window, "Spark does not see this aggregate in QUALIFY.", "Give it an alias, use that.")

"""`CREATE VIEW` in the catalog `main`: a name for a query, whose readers need no privilege on what it reads."""

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from lib.demo.workspace.sql_errors import SqlRefusal, may_not, syntax
from lib.demo.workspace.unity import quoted
from lib.demo.workspace.words import Words

if TYPE_CHECKING:
    from lib.demo.workspace.execution import Execution


def create_view(run: "Execution", words: Words, *, replace: bool) -> None:
    """Make the view that the words describe, from its name on; whoever makes it must be able to run its query."""
    if_missing = words.accept("IF", "NOT", "EXISTS")
    name = run.table_name(words.name())
    catalog, schema, short = name.split(".")
    if catalog != "main":
        raise may_not("MODIFY", "CATALOG", catalog)
    names = [piece.identifier() for piece in words.group()] if words.peek() == "(" else []
    comment = None
    while not words.accept("AS"):
        if words.accept("COMMENT"):
            comment = words.string()
        elif words.accept("TBLPROPERTIES"):
            words.group()
        else:
            raise words.wrong()
    query = words.rest()
    if not query:
        raise syntax("end of input")
    run.unity.require_exists("SCHEMA", f"{catalog}.{schema}")
    there = run.unity.has_table(name)
    if there and replace and not run.unity.is_view(name):
        message = f"`{catalog}`.`{schema}`.`{short}` is a table. 'CREATE OR REPLACE VIEW' expects a view."
        raise SqlRefusal("EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE", message, "42809")
    if there and replace:
        run.unity.require(run.who, "MANAGE", "TABLE", name)
    else:
        run.unity.require(run.who, "CREATE TABLE", "SCHEMA", f"{catalog}.{schema}")
    if there and not replace:
        if if_missing:
            return
        message = f"Cannot create view `{catalog}`.`{schema}`.`{short}` because it already exists."
        raise SqlRefusal("TABLE_OR_VIEW_ALREADY_EXISTS", message, "42P07")
    columns = run.columns_of(query)
    if names and len(names) != len(columns):
        raise SqlRefusal("CREATE_VIEW_COLUMN_ARITY_MISMATCH", "The column list does not fit the query.", "21S01")
    names = names or [column[0] for column in columns]
    listed = ", ".join('"' + column.replace('"', '""') + '"' for column in names)
    with run.writing():
        run.cursor.execute(f"CREATE OR REPLACE VIEW {quoted(name)} ({listed}) AS {run.translated(query)}")
    run.unity.note(
        "tables",
        name,
        is_view=True,
        owner=run.who.name,
        created_at=datetime.now(timezone.utc).isoformat(),
        comment=comment,
        columns={
            column: {"type": type_, "comment": None} for column, (_, type_, _, _) in zip(names, columns, strict=True)
        },
    )

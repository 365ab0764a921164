"""The ledger's Delta tables: made, and brought to the columns that this version of the app wants.

Tables are never dropped: a new column is added, a type made wider in place, a column no longer wanted stays and is empty;
where a type becomes another one, the table is replaced by one of the same name, and its earlier versions stay readable.
"""

import logging
from collections.abc import Mapping

from lib.errors import QueryError
from lib.ledger.relations import STORED
from lib.queries.catalogue import Query
from lib.warehouse.databricks.failures import NoTable
from lib.warehouse.databricks.migrating import Migration, migration
from lib.warehouse.databricks.names import quoted, value
from lib.warehouse.databricks.own import Own

logger = logging.getLogger("lakeledger.databricks")

CLUSTERED = ("workspace_id", "job_id", "cluster_id")
"""After the day, the first two of these that a relation has order its rows: what drill-downs ask for."""


class Remade(Exception):
    """A table that only some days were to be put into had to be made anew: all of them are needed."""


class Tables:
    """The tables of one refresh."""

    def __init__(self, own: Own) -> None:
        self.filled_whole: set[str] = set()
        """Relations of which every day is put in, so that their tables may be empty now."""
        self._own = own
        self._columns: dict[str, dict[str, str]] = {}

    def columns(self, relation: Query) -> dict[str, str]:
        """The table's columns in their order → types, once it is there and has all that this version wants.

        Remade when it is empty now although only some of its days are to be replaced.
        """
        name = relation.short_name
        if name not in self._columns:
            self._columns[name] = self._brought_up(relation)
        return self._columns[name]

    def _brought_up(self, relation: Query) -> dict[str, str]:
        wanted = {column.name: str(column.type) for column in relation.returns}
        there = self._there(quoted(relation.short_name))
        if not there:
            return self._make("create_table", relation, wanted)
        todo = migration(there, wanted)
        if todo.rebuilt:
            return self._make("rebuild_table", relation, wanted | {n: t for n, t in there.items() if n not in wanted})
        return self._altered(relation, there, todo)

    def _there(self, table: str) -> dict[str, str]:
        """The columns of a table and their types; none when there is no table."""
        try:
            rows = self._own.read("columns", table=table).to_pylist()
        except NoTable:
            return {}
        names = [row["col_name"] or "" for row in rows]
        end = next((n for n, name in enumerate(names) if not name or name.startswith("#")), len(names))
        return {row["col_name"]: row["data_type"] for row in rows[:end]}

    def _make(self, how: str, relation: Query, columns: Mapping[str, str]) -> dict[str, str]:
        """An empty table, new or in the place of one whose versions stay."""
        self._own.execute(
            how,
            table=quoted(relation.short_name),
            columns=",\n  ".join(f"{quoted(column)} {type_}" for column, type_ in columns.items()),
            cluster=", ".join(map(quoted, _clustering(relation))),
            comment=value(f"Lakeledger: {relation.about}"),
        )
        if relation.short_name not in self.filled_whole:
            raise Remade(relation.short_name)
        return dict(columns)

    def _altered(self, relation: Query, there: dict[str, str], todo: Migration) -> dict[str, str]:
        """The table with wider types and further columns."""
        table = quoted(relation.short_name)
        if todo.widened:
            try:
                self._own.execute("allow_wider", table=table)
                for column, type_ in todo.widened.items():
                    self._own.execute("widen", table=table, column=quoted(column), type=type_)
            except QueryError as error:  # a workspace, or a table of another owner, that does not allow it
                logger.info("%s is made anew, its types cannot be changed in place: %s", table, error)
                return self._make("rebuild_table", relation, {**there, **todo.widened, **todo.lacking})
        if todo.lacking:
            listed = ", ".join(f"{quoted(column)} {type_}" for column, type_ in todo.lacking.items())
            self._own.execute("add_columns", table=table, columns=listed)
        return {**there, **todo.widened, **todo.lacking}


def _clustering(relation: Query) -> list[str]:
    names = [column.name for column in relation.returns]
    days = [stored.day for stored in STORED if stored.name == relation.short_name and stored.day]
    keys = [name for name in CLUSTERED if name in names][:2]
    return [*days, *keys][:3] or names[:1]

"""The account behind the workspace: the demo account's files, read with DuckDB."""

from pathlib import Path
from typing import Any

from lib.warehouse.connections import attach, open_memory
from lib.warehouse.store import DatabaseFolder, Pointer


class Account:
    """A folder with an account (`LAKELEDGER_HOME/demo`)."""

    def __init__(self, folder: Path) -> None:
        self.folder = DatabaseFolder(folder)

    @property
    def pointer(self) -> Pointer:
        """Which files hold now."""
        return self.folder.current()

    def rows(self, statement: str, **values: object) -> list[dict[str, Any]]:
        """Rows of a statement in DuckDB's own SQL; the system tables are `account.<schema>.<table>`."""
        with open_memory(threads=1) as con:
            attach(con, self.pointer.account, "account")
            table = con.execute(statement, values).to_arrow_table()
        return list(table.to_pylist())

    def people(self, limit: int = 200) -> list[str]:
        """Addresses of people who own something in the account."""
        found = self.rows(
            "SELECT DISTINCT owned_by AS name FROM account.compute.clusters WHERE owned_by LIKE '%@%'"
            " UNION SELECT DISTINCT run_as_user_name FROM account.lakeflow.jobs WHERE run_as_user_name LIKE '%@%'"
            " ORDER BY name LIMIT $limit",
            limit=limit,
        )
        return [row["name"] for row in found]

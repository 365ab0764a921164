"""What a ledger needs of Delta tables: made, replaced by days, grown, granted, kept over a restart."""

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from databricks.sql.exc import DatabaseError

from lib.demo.workspace import Running, start
from lib.demo.workspace.state import ADMIN, ANALYST, APP, OPERATOR
from tests.workspace.conftest import Connect

Run = Callable[..., pa.Table]
CREATE = """
CREATE TABLE IF NOT EXISTS main.book.days (
  usage_date DATE COMMENT 'UTC', workspace_id STRING, cost DECIMAL(38,12), tags MAP<STRING, ARRAY<STRING>>, at TIMESTAMP
) USING DELTA CLUSTER BY (usage_date, workspace_id) COMMENT 'it''s a day' TBLPROPERTIES ('delta.x' = '1')
""".replace("it''s", "it\\'s")


def runner(connection: Any) -> Run:
    def run(text: str, values: dict[str, Any] | None = None) -> pa.Table:
        with closing(connection.cursor()) as cursor:
            cursor.execute(text, values)
            return cursor.fetchall_arrow()

    return run


@pytest.fixture
def run(connect: Connect) -> Run:
    """Statements of the admin, in a schema with one table and three days in it."""
    run = runner(connect())
    run("CREATE SCHEMA IF NOT EXISTS main.book COMMENT 'The ledger'")
    run(CREATE)
    run("DELETE FROM main.book.days")
    run(
        "INSERT INTO main.book.days (usage_date, workspace_id, cost) SELECT DATE '2026-01-01' + CAST(id AS INT), 'w', 1.5"
        " FROM range(3)"
    )
    return run


def costs(run: Run) -> dict[date, list[Any]]:
    rows = run(
        "SELECT usage_date, SUM(cost) AS cost, COUNT(*) AS n FROM main.book.days GROUP BY 1 ORDER BY 1"
    ).to_pylist()
    return {row["usage_date"]: [float(row["cost"]), row["n"]] for row in rows}


def test_a_table_is_what_its_definition_says(run: Run) -> None:
    rows = run("DESCRIBE TABLE EXTENDED main.book.days").to_pylist()
    described = {row["col_name"]: row for row in reversed(rows)}  # clustering columns are named once more further down
    assert described["tags"]["data_type"] == "map<string, array<string>>"
    assert described["usage_date"]["comment"] == "UTC"
    assert described["Comment"]["data_type"] == "it's a day"
    (detail,) = run("DESCRIBE DETAIL main.book.days").to_pylist()
    assert detail["clusteringColumns"] == ["usage_date", "workspace_id"]
    assert run("SHOW TBLPROPERTIES main.book.days").to_pylist() == [{"key": "delta.x", "value": "1"}]
    assert run("SELECT * FROM main.book.days WHERE FALSE").schema.field("at").type == pa.timestamp("us", "UTC")


def test_days_are_replaced_in_one_step_and_twice_is_once(run: Run) -> None:
    text = (
        "INSERT INTO main.book.days BY NAME REPLACE WHERE usage_date >= :start AND usage_date < :end"
        " SELECT usage_date, workspace_id, cost * 2 AS cost FROM main.book.days WHERE usage_date >= :start AND usage_date < :end"
    )
    before = costs(run)
    run(text, {"start": date(2026, 1, 2), "end": date(2026, 1, 3)})
    once = costs(run)
    assert once == before | {date(2026, 1, 2): [3.0, 1]}
    replace = "INSERT INTO main.book.days REPLACE WHERE usage_date = DATE '2026-01-02' SELECT DATE '2026-01-02', 'w', 7, NULL, NULL"
    run(replace)
    run(replace)
    assert costs(run) == once | {date(2026, 1, 2): [7.0, 1]}


def test_many_rows_arrive_too(run: Run) -> None:
    """More than DuckDB keeps in one piece: a large insert of its own once lost all rows."""
    run("CREATE TABLE IF NOT EXISTS main.book.many (day DATE, n BIGINT)")
    text = "INSERT INTO main.book.many REPLACE WHERE day = DATE '2026-01-01' SELECT DATE '2026-01-01', id FROM range(400000)"
    for _ in range(2):
        run(text)
        assert run("SELECT COUNT(*) AS n, COUNT(DISTINCT n) AS d FROM main.book.many").to_pylist() == [
            {"n": 400_000, "d": 400_000}
        ]


def test_rows_outside_the_replaced_days_are_refused_and_nothing_changes(run: Run) -> None:
    before = costs(run)
    with pytest.raises(DatabaseError, match="DELTA_REPLACE_WHERE_MISMATCH"):
        run(
            "INSERT INTO main.book.days REPLACE WHERE usage_date = DATE '2026-01-02'"
            " SELECT DATE '2026-01-09', 'w', 7, NULL, NULL"
        )
    assert costs(run) == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("INSERT INTO main.book.days (cost) REPLACE WHERE TRUE SELECT 1", "PARSE_SYNTAX_ERROR"),
        ("INSERT INTO main.book.days SELECT 1", "DATATYPE_MISMATCH|INTERNAL"),
        ("INSERT INTO main.book.nope SELECT 1", "TABLE_OR_VIEW_NOT_FOUND"),
        ("CREATE TABLE main.nope.t (a INT)", "SCHEMA_NOT_FOUND"),
        ("CREATE TABLE main.book.t (a INT) CLUSTER BY (b)", "DELTA_COLUMN_NOT_FOUND"),
        ("CREATE TABLE main.book.days (a INT)", "TABLE_OR_VIEW_ALREADY_EXISTS"),
        ("CREATE TABLE main.book.t (a NUMBER)", "UNSUPPORTED_DATATYPE"),
        ("CREATE TABLE main.book.t (a INT) USING parquet", "UNSUPPORTED_FEATURE"),
        ("ALTER TABLE main.book.days ADD COLUMN cost INT", "FIELD_ALREADY_EXISTS"),
        ("DROP TABLE main.book.days", "OPERATION_NOT_ALLOWED"),
        ("DROP SCHEMA main.book CASCADE", "OPERATION_NOT_ALLOWED"),
        ("ALTER TABLE main.book.days DROP COLUMN cost", "OPERATION_NOT_ALLOWED"),
        ("TRUNCATE TABLE main.book.days", "OPERATION_NOT_ALLOWED"),
        ("VACUUM main.book.days", "OPERATION_NOT_ALLOWED"),
        ("INSERT INTO system.billing.usage SELECT * FROM system.billing.usage", "INSUFFICIENT_PERMISSIONS"),
    ],
)
def test_what_delta_or_this_workspace_refuses(run: Run, text: str, said: str) -> None:
    with pytest.raises(DatabaseError, match=said):
        run(text)


def test_columns_are_added_and_old_rows_have_none(run: Run) -> None:
    if "owner" not in run("SELECT * FROM main.book.days WHERE FALSE").schema.names:
        run("ALTER TABLE main.book.days ADD COLUMNS (owner STRING COMMENT 'who', `weird name` INT)")
    assert set(run("SELECT owner FROM main.book.days").column("owner").to_pylist()) == {None}
    columns = run("SELECT column_name FROM main.information_schema.columns WHERE table_name = 'days'")
    assert "owner" in columns.column("column_name").to_pylist()


def test_rows_are_updated_merged_overwritten_and_deleted(run: Run, connect: Connect) -> None:
    run("CREATE TABLE IF NOT EXISTS main.book.lease (name STRING, owner STRING, until TIMESTAMP)")
    merge = """
        MERGE INTO main.book.lease AS kept
        USING (SELECT CAST(:name AS STRING) AS name, CAST(:owner AS STRING) AS owner) AS fresh
        ON kept.name = fresh.name
        WHEN MATCHED AND kept.owner <> fresh.owner THEN UPDATE SET kept.owner = fresh.owner
        WHEN NOT MATCHED THEN INSERT (name, owner) VALUES (fresh.name, fresh.owner)
    """
    for owner in ("a", "a", "b"):
        run(merge, {"name": "x", "owner": owner})
    assert run("SELECT name, owner FROM main.book.lease").to_pylist() == [{"name": "x", "owner": "b"}]
    run("UPDATE main.book.lease SET owner = :owner WHERE name = 'x'", {"owner": "c"})
    run("INSERT OVERWRITE main.book.lease SELECT name, concat(owner, '!'), until FROM main.book.lease")
    assert run("SELECT owner FROM main.book.lease").column("owner").to_pylist() == ["c!"]
    with closing(connect().cursor()) as cursor:
        cursor.execute("DELETE FROM main.book.lease WHERE name = :name", {"name": "x"})
        assert cursor.rowcount == 1
    assert run("SELECT * FROM main.book.lease").num_rows == 0
    run("INSERT INTO main.book.lease VALUES ('y', 'd', TIMESTAMP '2026-01-01 00:00:00')")
    run("WITH more AS (SELECT 'z' AS name) INSERT INTO main.book.lease BY NAME SELECT name FROM more")
    assert sorted(run("SELECT name FROM main.book.lease").column("name").to_pylist()) == ["y", "z"]


def test_a_table_is_made_from_a_query(run: Run) -> None:
    run(
        "CREATE OR REPLACE TABLE main.book.sums COMMENT 'made' AS SELECT workspace_id, SUM(cost) AS cost FROM main.book.days GROUP BY 1"
    )
    (row,) = run("SELECT * FROM main.book.sums").to_pylist()
    assert float(row["cost"]) == 4.5


# ── privileges ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_privilege_on_the_way_is_asked_for_by_name(run: Run, connect: Connect) -> None:
    theirs = runner(connect(OPERATOR))
    for missing, grant in (
        (r"USE SCHEMA on Schema 'main\.book'", "USE SCHEMA ON SCHEMA main.book"),
        (r"SELECT on Table 'main\.book\.days'", "SELECT ON TABLE main.book.days"),
    ):
        with pytest.raises(DatabaseError, match=missing):
            theirs("SELECT COUNT(*) FROM main.book.days")
        run(f"GRANT {grant} TO `{OPERATOR}`")
    assert theirs("SELECT COUNT(*) AS n FROM main.book.days").to_pylist() == [{"n": 3}]
    with pytest.raises(DatabaseError, match="MODIFY on Table"):
        theirs("DELETE FROM main.book.days")
    with pytest.raises(DatabaseError, match="CREATE SCHEMA on Catalog 'main'"):
        theirs("CREATE SCHEMA main.mine")
    with pytest.raises(DatabaseError, match="MANAGE"):
        theirs(f"GRANT SELECT ON TABLE main.book.days TO `{ANALYST}`")
    shown = run("SHOW GRANTS ON TABLE main.book.days").to_pylist()
    assert {
        "principal": OPERATOR,
        "actionType": "SELECT",
        "objectType": "TABLE",
        "objectKey": "main.book.days",
    } in shown
    run(f"REVOKE SELECT ON TABLE main.book.days FROM `{OPERATOR}`")
    run(f"REVOKE USE SCHEMA ON SCHEMA main.book FROM `{OPERATOR}`")
    with pytest.raises(DatabaseError, match="USE SCHEMA"):
        theirs("SELECT COUNT(*) FROM main.book.days")


def test_a_schema_may_be_given_to_the_app_which_then_owns_what_it_makes(run: Run, connect: Connect) -> None:
    run("CREATE SCHEMA IF NOT EXISTS main.apps")
    run(f"GRANT USE SCHEMA, CREATE TABLE, SELECT, MODIFY ON SCHEMA main.apps TO `{APP}`")
    app = runner(connect(APP, warehouse_id=None))
    app("CREATE TABLE IF NOT EXISTS main.apps.notes (a INT)")
    app("INSERT INTO main.apps.notes VALUES (1)")
    assert app(f"SHOW GRANTS `{APP}` ON SCHEMA main.apps").num_rows == 4
    (row,) = app("SELECT table_owner FROM main.information_schema.tables WHERE table_name = 'notes'").to_pylist()
    assert row["table_owner"] == APP


def test_use_schema_on_the_system_catalog_is_accepted_and_changes_nothing(run: Run, connect: Connect) -> None:
    """As Databricks does: it must be granted schema by schema."""
    run(f"GRANT USE SCHEMA, SELECT ON CATALOG system TO `{ANALYST}`")
    with pytest.raises(DatabaseError, match=r"USE SCHEMA on Schema 'system\.query'"):
        runner(connect(ANALYST))("SELECT COUNT(*) FROM system.query.history")
    run(f"GRANT USE SCHEMA ON SCHEMA system.query TO `{ANALYST}`")
    assert runner(connect(ANALYST))("SELECT COUNT(*) AS n FROM system.query.history").num_rows == 1
    run(f"REVOKE USE SCHEMA ON SCHEMA system.query FROM `{ANALYST}`")
    run(f"REVOKE USE SCHEMA, SELECT ON CATALOG system FROM `{ANALYST}`")


def test_grants_to_nobody_and_of_nothing_are_refused(run: Run) -> None:
    with pytest.raises(DatabaseError, match="PRINCIPAL_DOES_NOT_EXIST"):
        run("GRANT SELECT ON TABLE main.book.days TO `nobody@example.com`")
    with pytest.raises(DatabaseError, match="not applicable"):
        run(f"GRANT CREATE TABLE ON TABLE main.book.days TO `{ADMIN}`")


# ── restart ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_tables_grants_people_and_tokens_survive_a_restart(
    tmp_path: Path, running: Running, clean_environment: None
) -> None:
    from databricks import sql

    def opened(workspace: Running, token: str) -> Any:
        return sql.connect(
            server_hostname="127.0.0.1",
            http_path="/sql/1.0/warehouses/a1b2c3d4e5f60718",
            _connection_uri=f"{workspace.host}/sql/1.0/warehouses/a1b2c3d4e5f60718",
            access_token=token,
            enable_telemetry=False,
        )

    with start(home=tmp_path / "w") as workspace:
        token = workspace.token
        with closing(opened(workspace, token)) as connection:
            run = runner(connection)
            run("CREATE SCHEMA main.book")
            run("CREATE TABLE main.book.t (a INT COMMENT 'x') COMMENT 'kept'")
            run("INSERT INTO main.book.t VALUES (1), (2)")
            run(f"GRANT USE SCHEMA, SELECT ON SCHEMA main.book TO `{ANALYST}`")
    shutil.copytree(tmp_path / "w", tmp_path / "copy")
    with start(home=tmp_path / "copy") as workspace:
        assert workspace.token == token
        with closing(opened(workspace, workspace.token_of(ANALYST))) as connection:
            assert runner(connection)("SELECT SUM(a) AS a FROM main.book.t").to_pylist() == [{"a": 3}]
            described = runner(connection)("DESCRIBE TABLE EXTENDED main.book.t").to_pylist()
            assert {"col_name": "Comment", "data_type": "kept", "comment": ""} in described


def test_a_view_is_a_name_for_a_query_and_needs_no_privilege_on_what_it_reads(
    run: Run, connect: Connect, workspace: Running
) -> None:
    run(
        "CREATE OR REPLACE VIEW main.book.totals (day, total) COMMENT 'sums' AS SELECT usage_date, SUM(cost) FROM main.book.days GROUP BY 1"
    )
    run("CREATE VIEW IF NOT EXISTS main.book.totals AS SELECT 1 AS other")
    assert run("SELECT COUNT(*) AS n FROM main.book.totals").to_pylist() == [{"n": 3}]
    kinds = run(
        "SELECT table_name, table_type FROM main.information_schema.tables WHERE table_schema = 'book'"
    ).to_pylist()
    assert {("days", "MANAGED"), ("totals", "VIEW")} <= {(row["table_name"], row["table_type"]) for row in kinds}
    for text, why in (
        ("CREATE VIEW main.book.totals AS SELECT 1 AS n", "ALREADY_EXISTS"),
        ("CREATE OR REPLACE VIEW main.book.days AS SELECT 1 AS n", "EXPECT_VIEW_NOT_TABLE"),
        ("CREATE OR REPLACE TABLE main.book.totals (n INT)", "EXPECT_TABLE_NOT_VIEW"),
        ("CREATE VIEW main.book.none AS SELECT * FROM main.book.missing", "TABLE_OR_VIEW_NOT_FOUND"),
        ("CREATE VIEW system.billing.mine AS SELECT 1 AS n", "SCHEMA|CATALOG|MODIFY"),
    ):
        with pytest.raises(DatabaseError, match=why):
            run(text)
    run(f"GRANT USE SCHEMA ON SCHEMA main.book TO `{ANALYST}`")
    run(f"GRANT SELECT ON TABLE main.book.totals TO `{ANALYST}`")
    theirs = runner(connect(ANALYST))
    assert theirs("SELECT COUNT(*) AS n FROM main.book.totals").to_pylist() == [{"n": 3}]
    with pytest.raises(DatabaseError, match="SELECT"):
        theirs("SELECT * FROM main.book.days")

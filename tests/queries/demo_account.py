"""A small demo account with its ledger, for tests that want the whole variety of data."""

from datetime import date
from pathlib import Path

from lib.demo import DemoSpec, create_account
from lib.ledger.reference import tables as reference_tables
from lib.spend.period import DAY, Period
from lib.warehouse.connections import attach, open_memory
from lib.warehouse.refreshing import refresh_ledger
from lib.warehouse.store import DatabaseFolder

SPEC = DemoSpec(seed=7, today=date(2026, 7, 1), days=60, scale=0.02)


def make_demo(home: Path) -> DatabaseFolder:
    """The account and its ledger in the folder `home`."""
    folder = DatabaseFolder(home)
    account = folder.new_file("account")
    create_account(account, SPEC)
    with folder.writing():
        refresh_ledger(folder, currency="USD", reference=reference_tables(None, None), account=account, full=True)
    return folder


def whole_period(folder: DatabaseFolder) -> Period:
    """All days that have usage."""
    with open_memory() as con:
        attach(con, folder.current().account, "account")
        found = con.execute("SELECT MIN(usage_date), MAX(usage_date) FROM account.billing.usage").fetchone()
    assert found is not None
    return Period(found[0], found[1] + DAY)


def some_job(folder: DatabaseFolder) -> dict[str, str]:
    """The job with most usage: workspace_id, job_id, a run_id, owner, name."""
    with open_memory() as con:
        attach(con, folder.current().account, "account")
        found = con.execute(
            "SELECT workspace_id, usage_metadata.job_id, MAX(usage_metadata.job_run_id), MAX(identity_metadata.run_as),"
            " MAX(usage_metadata.job_name) FROM account.billing.usage"
            " WHERE usage_metadata.job_run_id IS NOT NULL AND usage_metadata.job_name IS NOT NULL"
            " GROUP BY 1, 2 ORDER BY COUNT(*) DESC, 1, 2 LIMIT 1"
        ).fetchone()
    assert found is not None
    return dict(zip(("workspace_id", "job_id", "run_id", "owner", "name"), found, strict=True))


def some_statement(folder: DatabaseFolder) -> dict[str, str]:
    """The statement with most work on a warehouse: workspace_id, warehouse_id, statement_id."""
    with open_memory() as con:
        attach(con, folder.current().account, "account")
        found = con.execute(
            "SELECT workspace_id, compute.warehouse_id, statement_id FROM account.query.history"
            " WHERE compute.warehouse_id IS NOT NULL ORDER BY total_task_duration_ms DESC, 1, 3 LIMIT 1"
        ).fetchone()
    assert found is not None
    return dict(zip(("workspace_id", "warehouse_id", "statement_id"), found, strict=True))

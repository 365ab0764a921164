"""Brings the ledger on Delta up to the system tables: look, write what changed, publish what adds up."""

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lib.ledger.looking import Changes, look
from lib.ledger.refresh import Refreshed, refresh
from lib.progress import Progress, quiet
from lib.queries.catalogue import load
from lib.warehouse.databricks.ledger import DAYS, EVERYTHING, DeltaLedger
from lib.warehouse.databricks.tables import Remade
from lib.warehouse.databricks.warehouse import DatabricksWarehouse

if TYPE_CHECKING:
    import pyarrow as pa

logger = logging.getLogger("lakeledger.databricks")


def refresh_delta(
    warehouse: DatabricksWarehouse,
    *,
    currency: str,
    reference: Mapping[str, "pa.Table"],
    full: bool = False,
    progress: Progress = quiet,
    owner: str | None = None,
) -> Refreshed:
    """Bring the ledger in the schema up to the system tables; SourceError when it would not add up to the bill."""
    ledger = DeltaLedger(warehouse, owner=owner)
    ledger.prepare()

    def changes(full: bool = full) -> Changes:
        """What there is to do."""
        account = f"{warehouse.sender.situation.host} without {','.join(sorted(warehouse.missing_tables()))}"
        return look(
            ledger, load(), currency=currency, account=account, reference=reference, full=full, progress=progress
        )

    found = changes() if ledger.keeps(reference) and not ledger.unfinished else None
    if found is not None and not found.any:
        return Refreshed()
    with ledger.lease.held():
        overtaken, left = ledger.overtaken(), ledger.unfinished
        ledger.begin(left or DAYS)
        if found is None or overtaken:
            ledger.keep_reference(reference)
            found = changes(full or left == EVERYTHING)
        done = Refreshed()
        if found.any:
            done = _worked_out(ledger, found, lambda: changes(True), currency, progress)
        elif not left:
            ledger.begin("")
            return done
        if done.differences:
            raise done.refusal("Pages keep the state before.", place=ledger.schema)
        ledger.finish(reference)
    warehouse.forget()
    return done


def _worked_out(
    ledger: DeltaLedger, found: Changes, everything: Callable[[], Changes], currency: str, progress: Progress
) -> Refreshed:
    """The changed days; all of them, where a table turns out to be empty."""
    if not found.full:
        try:
            return refresh(ledger, load(), found, currency=currency, progress=progress)
        except Remade as table:
            logger.warning("the whole ledger is worked out again: %s had to be made anew", table)
            found = everything()
    ledger.begin(EVERYTHING)
    return refresh(ledger, load(), found, currency=currency, progress=progress)

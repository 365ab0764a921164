"""What one identity knows about the data now, as its threads share it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from lib.warehouse.databricks.failures import NoVersion
from lib.warehouse.databricks.known import Known

logger = logging.getLogger("lakeledger.databricks")


class State:
    """The last look's finding, and what was learned since that the ledger cannot be read as it says."""

    def __init__(self) -> None:
        self.known: Known | None = None
        """None when nobody has looked."""
        self._ledger_lost = False
        self._unpinned = ""
        self._lock = threading.Lock()

    def change(self, to: Callable[[Known], Known]) -> None:
        """Put another finding in the place of the one there is."""
        with self._lock:
            if self.known is not None:
                self.known = to(self.known)

    def forget(self) -> None:
        """Nobody has looked."""
        with self._lock:
            self.known, self._ledger_lost = None, False

    def lose_ledger(self, found: Known) -> Known | None:
        """A table of the ledger cannot be read: how to ask without any. None when that was known and `found` reads none."""
        with self._lock:
            known_before, self._ledger_lost = self._ledger_lost, True
            if self.known is not None:
                self.known = self.known.live()
        return None if known_before and not (found.stored or found.references) else found.live()

    def unpin(self, found: Known, error: NoVersion) -> Known | None:
        """A version of the published state is gone: how to ask for the newest. None when `found` does that already."""
        if not found.versions:
            return None
        with self._lock:
            self._unpinned = found.generation
            if self.known is not None and self.known.generation == found.generation:
                self.known = replace(self.known, versions={})
        logger.warning("reading the newest version of the ledger's tables until the next refresh: %s", error)
        return replace(found, versions={})

    @property
    def note(self) -> str:
        """What a reader should know about how the ledger is read now; "" when there is nothing to say."""
        if self.known is None or self._unpinned != self.known.generation:
            return ""
        return (
            "The published versions of the ledger's tables were cleaned up; the newest ones are read until the next refresh."
            " While one runs, a table may be newer than another."
        )

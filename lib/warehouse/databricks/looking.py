"""Looks at how new the data is, and at what can be read of them: at most one statement an interval."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lib.errors import AppError, Cancelled, QueryError, SourceError
from lib.queries.catalogue import Catalogue
from lib.warehouse import NO_PARAMS
from lib.warehouse.databricks import known, texts
from lib.warehouse.databricks.asking import Asking
from lib.warehouse.databricks.known import Known
from lib.warehouse.databricks.readable import Readable
from lib.warehouse.databricks.sending import Sender
from lib.warehouse.databricks.state import State
from lib.warehouse.databricks.statements import Statements
from lib.warehouse.gathering import Asked
from lib.warehouse.results import conform

if TYPE_CHECKING:
    import pyarrow as pa

logger = logging.getLogger("lakeledger.databricks")


class Looking:
    """Keeps the state of one identity as new as the interval wants it."""

    def __init__(
        self,
        sender: Sender,
        statements: Statements,
        readable: Readable,
        state: State,
        asking: Asking,
        catalogue: Catalogue,
        *,
        schema: str | None,
        stored: frozenset[str] | None,
        whole: bool,
        clock: Callable[[], float],
    ) -> None:
        """`schema`: the ledger's, None where it is not to be read. `stored`: relations to read from it, None for all.

        `whole`: the identity sees all workspaces, so that the answers which the ledger keeps are true for it.
        """
        self._sender = sender
        self._statements = statements
        self._readable = readable
        self._state = state
        self._asking = asking
        self._catalogue = catalogue
        self._schema = schema
        self._only = stored
        self._whole = whole
        self._clock = clock
        self._first = threading.Lock()
        """Held while the first look is under way."""
        self._in_background = threading.Lock()

    def found(self) -> Known:
        """What the last look found; waits for a look when there was none."""
        known_now = self._state.known
        if known_now is not None:
            return known_now
        with self._first:
            if self._state.known is None:
                self._state.known = self._look()
            return self._state.known

    def found_lately(self) -> Known:
        """The same; after the interval somebody looks in the background, for the next one who asks."""
        found = self.found()
        if self._clock() - found.at > self._sender.options.interval_s and self._in_background.acquire(blocking=False):
            threading.Thread(target=self._look_again, name="lakeledger-look", daemon=True).start()
        return found

    def _look_again(self) -> None:
        try:
            before, fresh = self._state.known, self._look()
            self._state.known = fresh
            if before and before.generation != fresh.generation:
                logger.info("the data has changed: %s", fresh.generation)
        except AppError as error:
            logger.info("could not look for newer data: %s", error)
            self._state.change(lambda last: replace(last, at=self._clock()))
        finally:
            self._in_background.release()

    def _look(self) -> Known:
        ledger = self._look_at_ledger() if self._schema else None
        if ledger is not None and self._whole:
            return ledger
        before, found = self._state.known, replace(ledger or Known("", self._clock()), answers={})
        span = self._look_at_both(found) if ledger is None and not self._readable.looked else None
        if span is None:
            span = self._asking.one(self._catalogue[known.SPAN], NO_PARAMS, found)
        said = "|".join(str(value) for value in span.to_pylist()[0].values())
        found = replace(found, generation=ledger.generation if ledger else f"live {said}")
        if before is not None and before.generation == found.generation:
            return replace(before, at=found.at)
        return self._with_small_answers(replace(found, answers={known.SPAN: span}))

    def _look_at_ledger(self) -> Known | None:
        text = texts.text("watermark", self._schema)
        try:
            rows = self._sender.send(text, name="ledger/watermark", place="the ledger's watermark")
        except SourceError as error:
            logger.info("no ledger to read: %s", error)
            return None
        found = known.read(self._catalogue, next(iter(rows.column("value").to_pylist()), None), self._clock())
        if found is None or self._only is None:
            return found
        return replace(found, stored=found.stored & self._only)

    def _look_at_both(self, found: Known) -> "pa.Table | None":
        """How far the data goes and which tables the identity sees, in one statement; None when that cannot be had."""
        query = self._catalogue[known.SPAN]
        ready = self._statements.prepared(query, found)
        parts = [self._readable.question, self._statements.part(query, ready, NO_PARAMS)]
        try:
            seen, span = self._asking.packed(parts, [frozenset(), ready.tables])
        except Cancelled:
            raise
        except (QueryError, SourceError):
            self._readable.look()
            return None
        self._readable.saw(seen.column("name").to_pylist())
        return conform(span, query.returns, query.place)

    def _with_small_answers(self, found: Known) -> Known:
        """With what every page asks for, in one statement, where no ledger says it to this identity."""
        choices = known.choices_params(found.answers[known.SPAN])
        wanted = {name: dict[str, object]() for name in known.SMALL if name != known.SPAN}
        wanted |= {known.CHOICES: choices} if choices else {}
        everything = found.everything(self._sender.options.currency)
        asked = [Asked(self._catalogue[name], everything | params) for name, params in wanted.items()]
        can = self._asking.answerable(asked, found)
        try:
            rows = self._asking.in_one(can, found) if can else None
        except AppError as error:
            logger.info("small answers are asked for when they are needed: %s", error)
            rows = None
        keys = [known.key(one.query.name, wanted[one.query.name]) for one in can]
        return replace(found, answers={**found.answers, **dict(zip(keys, rows or (), strict=False))})

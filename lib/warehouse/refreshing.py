"""The refresh on the embedded engine: what is new is written into a file beside the readers, then pointed at."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from lib.ledger.looking import look
from lib.ledger.refresh import Refreshed, ready, refresh
from lib.ledger.relations import NAMES, STORED
from lib.progress import Progress, quiet
from lib.queries.catalogue import load
from lib.warehouse import newer
from lib.warehouse.connections import Limits
from lib.warehouse.dialect import to_duckdb
from lib.warehouse.names import embedded_name, remap
from lib.warehouse.store import DatabaseFolder, Pointer
from lib.warehouse.writer import EmbeddedWriter

if TYPE_CHECKING:
    import pyarrow as pa


class LedgerFile(EmbeddedWriter):
    """A writer that also keeps the refresh's own notes, as tables `ledger.noted_<name>`."""

    at_once = 2
    """Two: much of a statement is one thread's work, the commit always is."""

    def note(self, name: str, rows: "pa.Table") -> None:
        """Keep `rows` in the place of the note of that name."""
        self.replace_table(f"ledger.noted_{name}", rows)

    def noted(self, name: str) -> "pa.Table | None":
        """The note of that name, None when there is none yet."""
        table = f"ledger.noted_{name}"
        return self.read_table(table) if table in self.tables else None

    @property
    def lacking(self) -> frozenset[str]:
        """Relations that the file does not have yet."""
        return frozenset(name for name in NAMES if f"ledger.{name}" not in self.tables)

    def loaded(self) -> str:
        """Names of the account's tables that hold what was loaded, in order."""
        rows = self.execute("SELECT table_name FROM account.meta.tables WHERE loaded ORDER BY table_name")
        return ",".join(str(name) for (name,) in rows)


def prepare(reference: Callable[[], Mapping[str, "pa.Table"]]) -> None:
    """What the first refresh of a process does once, to be done beside other work: Arrow loaded, statements translated."""
    reference()
    catalogue = load()
    texts = [catalogue.expanded(catalogue[name]) for name in ("refresh/sources", "refresh/days", "refresh/prices")]
    texts += [catalogue.expanded(catalogue.relations[stored.name], ready(stored)) for stored in STORED]
    for text in texts:
        to_duckdb(remap(text, embedded_name))


def refresh_ledger(
    folder: DatabaseFolder,
    *,
    currency: str,
    reference: Mapping[str, "pa.Table"],
    account: Path | None = None,
    full: bool = False,
    thorough: bool = False,
    only: frozenset[str] = NAMES,
    progress: Progress = quiet,
    **limits: Unpack[Limits],
) -> Refreshed:
    """Bring the folder's ledger up to its account, or to a new `account` file, and publish both in one step.

    Call it while `folder.writing()`. The ledger in use is looked at first; only when something changed, the days that did
    are written to a file that stands on it. When ledger and bill disagree nothing is published. `thorough`: look at every
    day, as after an import, which may exchange old rows for others. `only`: relations that a ledger made anew gets now; those
    it lacks are added by the next refresh.
    """
    account = account or folder.current().account
    before = folder.find()
    in_use = before if before and before.ledger and not full else None
    changes = partial(
        look,
        catalogue=load(),
        currency=currency,
        reference=reference,
        full=full,
        thorough=thorough,
        progress=progress,
    )
    found = None
    if in_use is not None and in_use.ledger is not None:
        with LedgerFile(account, in_use.ledger, base=in_use.base, writable=False, **limits) as reader:
            found = changes(reader, account=reader.loaded())
        if not found.any:
            if in_use.account != account:
                folder.point(account=account, ledger=in_use.ledger, base=in_use.base)
            folder.prune()
            return Refreshed()
    ledger, base = _file(folder, None if found is None or found.full else in_use, bool(found and found.new), limits)
    # nobody reads the file yet, so a relation at a time is written: of what is written the engine knows how much it is
    with LedgerFile(account, ledger, base=base, **limits) as writer:
        for name, rows in reference.items():
            writer.replace_table(f"reference.{name}", rows)
        found = found or changes(writer, account=writer.loaded())
        done = refresh(writer, load(), found, currency=currency, only=only, progress=progress)
    if done.differences:
        ledger.unlink()
        raise done.refusal("Nothing was changed.")
    folder.point(account=account, ledger=ledger, base=base)
    folder.prune()
    return done


def _file(folder: DatabaseFolder, in_use: Pointer | None, lacks: bool, limits: Limits) -> tuple[Path, Path | None]:
    """A ledger file to write, and what it stands on; without one `in_use` it is empty and stands alone.

    A whole ledger is stood on, never copied, unless it lacks relations; one that stands on another is, for it is small.
    Grown too large, the two become one, which then stands alone.
    """
    if in_use is None or in_use.ledger is None:
        return folder.new_file("ledger"), None
    if in_use.base is None and lacks:
        return folder.new_file("ledger", copy_of=in_use.ledger), None
    if in_use.base is None:
        return folder.new_file("ledger"), in_use.ledger
    if not newer.is_large(in_use.ledger, in_use.base):
        return folder.new_file("ledger", copy_of=in_use.ledger), in_use.base
    merged = folder.new_file("ledger", copy_of=in_use.base)
    newer.merge(in_use.ledger, merged, **limits)
    return merged, None

"""From settings to working parts: the only place that knows which engine and which data are in use."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lib.access import Role, Viewer
from lib.config import Settings, platform
from lib.errors import AppError, InputError, SourceError
from lib.ledger.reference import tables as reference_tables
from lib.ledger.refresh import Refreshed
from lib.ledger.relations import NAMES, SOON
from lib.progress import Progress, quiet
from lib.spend.compare import AsOf
from lib.warehouse import Warehouse
from lib.warehouse.asof import as_of
from lib.warehouse.isolation import Isolation, allowed
from lib.warehouse.refresh_log import RefreshLog
from lib.warehouse.remembered import Remembered, Room
from lib.warehouse.store import DatabaseFolder
from lib.workspace.identity import DEMO

if TYPE_CHECKING:
    import pyarrow as pa

    from lib.connected import Connected
    from lib.demo import DemoSpec
    from lib.files import ImportReport
    from lib.jobs.table import Thresholds
    from lib.notifications import Channel
    from lib.statements.thresholds import Thresholds as QueryThresholds
    from lib.store import Store
    from lib.warehouse.connections import Limits
    from lib.warehouse.embedded import EmbeddedWarehouse

MB = 1 << 20


def utc_now() -> datetime:
    """The real time, in UTC: read here, at the edge, and nowhere deeper."""
    return datetime.now(timezone.utc)


def utc_today() -> date:
    """The real date, in UTC: read here, at the edge, and nowhere deeper."""
    return datetime.now(timezone.utc).date()


Made = TypeVar("Made")


class Shared:
    """Things made once and used by all who look, by name."""

    def __init__(self) -> None:
        self._made: dict[str, object] = {}
        self._lock = threading.RLock()

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """The thing of that name; made when first asked for."""
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]  # type: ignore[return-value]

    def made(self, name: str) -> object | None:
        """The thing of that name, if anybody has asked for it."""
        return self._made.get(name)


@dataclass(frozen=True)
class Context:
    """The parts that answer questions, made when first asked for."""

    settings: Settings
    today: Callable[[], date] = utc_today
    viewer: Viewer = DEMO
    """Who looks; on this machine's own data that is the demo user, who may do everything."""

    shared: Shared = field(default_factory=Shared, repr=False, compare=False)
    """What contexts of several viewers have in common."""

    def seen_by(self, viewer: Viewer) -> "Context":
        """The same parts, as this viewer may use them."""
        return replace(self, viewer=viewer)

    @property
    def identity(self) -> str:
        """Names whose rows the warehouse gives: answers are shared only among contexts with the same identity."""
        mine = self.workspaces
        whose = self.connected.login(self.viewer).key if self.settings.source == "databricks" else "local"
        return whose if mine is None else f"{whose} in {','.join(mine)}"

    @property
    def workspaces(self) -> tuple[str, ...] | None:
        """Workspaces whose rows the viewer may see, None for all."""
        return None if self.viewer.role is Role.ADMIN else allowed(self.viewer.groups, self.settings.workspace_groups)

    @property
    def connected(self) -> "Connected":
        """The Databricks workspace, for sources and deployments that have one."""
        from lib.connected import Connected
        from lib.warehouse.ddl import ddl

        def make() -> Connected:
            columns = {table.name: table.columns for table in ddl()}
            return Connected(self.settings, columns, self._reference)

        return self.shared.once("connected", make)

    @property
    def connected_if_any(self) -> "Connected | None":
        """The same, None on a machine where no workspace has to do with anything."""
        return self.connected if self.settings.source == "databricks" or platform().hosted else None

    @cached_property
    def folder(self) -> DatabaseFolder:
        """Where the databases of the source are."""
        return DatabaseFolder(self.settings.folder)

    @property
    def refresh_log(self) -> RefreshLog:
        """When data were loaded and the ledger refreshed, and what came of it."""
        return RefreshLog(self.settings.folder)

    @property
    def warehouse(self) -> Warehouse:
        """The engine that runs queries for the viewer; SourceError with the next step when there is no data yet."""
        if self.settings.source == "databricks":
            return self.connected.warehouse(self.viewer, self._isolation())
        if self.folder.find() is None:
            raise no_data(self.settings)
        return self.shared.once(f"embedded {self.workspaces}", self._embedded)

    def _embedded(self) -> "EmbeddedWarehouse":
        from lib.warehouse.embedded import EmbeddedWarehouse

        return EmbeddedWarehouse(
            self.settings.folder,
            threads=self.settings.threads or None,
            memory_limit=self.settings.page_memory_limit,
            isolation=self._isolation(),
            remembered=self.shared.once("remembered", lambda: Remembered(self.room)),
        )

    @property
    def room(self) -> Room:
        """For all answers that this process remembers, rows and what pages made of them."""
        return self.shared.once("room", lambda: Room(self.settings.answers_mb * MB))

    @property
    def store(self) -> "Store":
        """What people and the app itself create; its tables are brought up to date when it is first asked for."""
        return self.shared.once("store", self._open_store)

    def _open_store(self) -> "Store":
        from lib.store import Store

        endpoint = self.settings.store_endpoint
        if not endpoint:
            return Store.open(self.settings.store_address)
        from lib.workspace.lakebase import password

        connected = self.connected
        return Store.open(self.settings.store_address, credential=lambda: password(connected.own_client(), endpoint))

    @property
    def channels(self) -> "dict[str, Channel]":
        """The ways out that the settings name."""
        from lib.notifications import open_channels

        addresses = {name: address.get_secret_value() for name, address in self.settings.channels.items()}
        return self.shared.once("channels", lambda: open_channels(addresses))

    def require_channels(self, names: Iterable[str]) -> None:
        """InputError when one of these ways out is not in the settings."""
        unknown = [name for name in names if name not in self.channels]
        if unknown:
            raise InputError(
                f"There is no channel {', '.join(unknown)} in the settings.",
                place="channels",
                remedy=f"Channels: {', '.join(self.channels) or 'none yet; set LAKELEDGER_CHANNELS'}.",
            )

    def _isolation(self) -> Isolation | None:
        mine = self.workspaces
        if mine is None:
            return None
        from lib.queries.catalogue import load
        from lib.warehouse.ddl import ddl

        tables = {table.name for table in ddl() if any(name == "workspace_id" for name, _ in table.columns)}
        relations = {
            name
            for name, relation in load().relations.items()
            if any(column.name == "workspace_id" for column in relation.returns)
        }
        return Isolation(mine, frozenset(tables | relations))

    @property
    def asleep(self) -> bool:
        """Would a query wake a warehouse that has stopped? Asked of the workspace, which wakes nothing."""
        if self.settings.source != "databricks":
            return False
        return self.connected.warehouse_now().state in ("STOPPED", "STOPPING")

    @property
    def as_of(self) -> AsOf:
        """How far the data goes, now."""
        return as_of(self.warehouse, self.today())

    @property
    def query_thresholds(self) -> "QueryThresholds":
        """From when queries stand out."""
        from lib.statements.thresholds import thresholds

        return thresholds(self.settings.query_thresholds)

    @property
    def thresholds(self) -> "Thresholds":
        """From when jobs and runs are marked: the viewer's own, else everybody's, else those of the settings."""
        from lib.jobs.table import SETTING, Thresholds
        from lib.store import configs

        default = Thresholds(self.settings.high_cost, self.settings.high_change)
        try:
            return default.set_by(configs.in_force(self.store, SETTING, self.viewer.name)) or default
        except AppError:
            return default  # a store that is away marks by the settings

    def refresh(self, *, full: bool = False, account: Path | None = None, progress: Progress = quiet) -> Refreshed:
        """Bring the ledger up to the account; readers go on meanwhile."""
        with self.refresh_log.attempt("refresh") as attempt:
            if self.settings.source == "databricks":
                done = self.connected.refresh(full=full, reference=self._reference(), progress=progress)
            else:
                if account is None and self.folder.find() is None:
                    raise no_data(self.settings)
                with self.folder.writing():
                    done = self._publish(account, full, progress)
            attempt.refreshed = done
        return done

    def make_demo(
        self, spec: "DemoSpec", *, if_missing: bool = False, soon: bool = False, progress: Progress = quiet
    ) -> Refreshed | None:
        """Make the demo account and its ledger, and switch to them: first with what people open first, then with the rest.

        `if_missing`: None, and nothing done, when there is one; asked with the lock held, so that of two who start at
        once only one makes it. `soon`: leave the rest to the next refresh.
        """
        from lib.demo import create_account
        from lib.warehouse.refreshing import prepare

        with self.folder.writing():
            if if_missing and self.folder.find():
                return None
            with self.refresh_log.attempt("demo") as attempt:
                account = self.folder.new_file("account")
                with ThreadPoolExecutor(1) as beside:  # the account leaves a processor idle now and then
                    prepared = beside.submit(prepare, self._reference)
                    create_account(account, spec, progress, **self._limits)
                prepared.result()
                first = attempt.refreshed = self._publish(account, True, progress, only=SOON)
            if soon:
                return first
            with self.refresh_log.attempt("refresh") as attempt:
                rest = attempt.refreshed = self._publish(None, False, progress)
            return replace(first, rows={**first.rows, **rest.rows})

    def ensure_demo(self) -> None:
        """Make the demo account when it is the source and not there: on a platform nobody ran a command before."""
        from lib.demo import DemoSpec, newest_day

        if self.settings.source == "demo" and self.folder.find() is None:
            self.make_demo(DemoSpec(seed=1, today=min(self.today(), newest_day(utc_now()))), if_missing=True)

    def import_files(
        self, source: Path, *, workspaces: Sequence[str] = (), progress: Progress = quiet
    ) -> "ImportReport":
        """Load a folder of exports, bring the ledger up to it, and switch to both in one step.

        workspaces: take rows of these only, "" being rows of none; empty: all.
        """
        from lib.files import import_folder

        with self.refresh_log.attempt("import") as attempt:

            def publish(account: Path) -> None:
                attempt.refreshed = self._publish(account, False, progress, thorough=True)

            return import_folder(
                source,
                self.folder,
                publish,
                progress,
                workspaces=workspaces,
                **self._limits,
            )

    @property
    def _limits(self) -> "Limits":
        """What the engine may take for a refresh or an import."""
        return {"threads": self.settings.threads or None, "memory_limit": self.settings.memory_limit}

    def _reference(self) -> "dict[str, pa.Table]":
        return reference_tables(self.settings.vm_prices, self.settings.discounts)

    def _publish(
        self,
        account: Path | None,
        full: bool,
        progress: Progress,
        *,
        thorough: bool = False,
        only: frozenset[str] = NAMES,
    ) -> Refreshed:
        from lib.warehouse.refreshing import refresh_ledger

        return refresh_ledger(
            self.folder,
            currency=self.settings.currency,
            reference=self._reference(),
            account=account,
            full=full,
            thorough=thorough,
            only=only,
            **self._limits,
            progress=progress,
        )


def of_this_machine(settings: Settings) -> Context:
    """The parts as whoever runs a command here may use them: what they do is recorded under their name."""
    context = Context(settings)
    if settings.source != "databricks" or platform().hosted:
        return context
    return context.seen_by(context.connected.me())


def no_data(settings: Settings) -> SourceError:
    """What to do when a source has no data yet."""
    next_step = {
        "demo": "Run `python -m lib demo` to make the demo account.",
        "files": "Run `python -m lib import DIR` with a folder of exported tables (docs/import.md).",
    }[settings.source]
    return SourceError("There is no data yet.", place=str(settings.folder), remedy=next_step)


_offered: list[Context] = []


def offer(context: Context) -> Context:
    """Let whatever else runs in this process use these parts: one engine, one memory."""
    _offered[:] = [context]
    return context


def of_process(settings: Settings) -> Context:
    """The parts that were offered, when they are for these settings; else new ones."""
    return next((made for made in _offered if made.settings == settings), None) or Context(settings)

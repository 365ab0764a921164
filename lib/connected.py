"""One Databricks workspace as this process is connected to it: sign-ins, clients, connections, of every identity.

Made once and shared by all who look. What belongs to one identity (connections, what it may see, remembered answers)
is kept under that identity's key and given to nobody else.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from lib.access import Role, Viewer
from lib.config import Platform, Settings, platform
from lib.errors import AccessError, AppError, SourceError
from lib.ledger.refresh import Refreshed
from lib.progress import Progress
from lib.queries.catalogue import load as load_catalogue
from lib.warehouse.databricks import setup
from lib.warehouse.databricks.connect import Endpoint, Headers, SignIn, connect
from lib.warehouse.databricks.failures import Situation
from lib.warehouse.databricks.meter import Meter
from lib.warehouse.databricks.names import Columns, Names
from lib.warehouse.databricks.pool import Limits, Pool
from lib.warehouse.databricks.running import Runner
from lib.warehouse.databricks.sending import Options
from lib.warehouse.databricks.setup import Step, TableCheck, TestStep
from lib.warehouse.databricks.warehouse import DatabricksWarehouse
from lib.warehouse.isolation import Isolation
from lib.workspace import acts, warehouses
from lib.workspace.client import Clients
from lib.workspace.failures import translated
from lib.workspace.identity import Person, role
from lib.workspace.login import Login, config_file, local, of_app, of_viewer, profile_warehouse
from lib.workspace.warehouses import Choice, WarehouseInfo

if TYPE_CHECKING:
    import pyarrow as pa
    from databricks.sdk import WorkspaceClient

GROUPS_S = 300.0
"""How long a person's groups are believed."""
STATE_S = 2.0
CHOICE_S = 300.0
IDENTITIES = 64
"""Identities whose connections are kept; the one used longest ago goes first."""
VIEWER_AGE_S = 1800.0


@dataclass
class _Kept:
    """A value and when it was found."""

    value: object
    at: float


class Connected:
    """The workspace, for as long as the process lives. Nothing is asked of it before somebody asks us."""

    def __init__(
        self,
        settings: Settings,
        columns: Mapping[str, Columns],
        reference: Callable[[], Mapping[str, "pa.Table"]],
        *,
        around: Callable[[], Platform] = platform,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.clients = Clients(settings.ca_file)
        self.meter = Meter()
        self._columns = columns
        self._reference = reference
        self._around = around
        self._clock = clock
        self._tokens: dict[str, str] = {}
        self._warehouses: OrderedDict[tuple[str, ...], DatabricksWarehouse] = OrderedDict()
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.RLock()

    # ── who ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def platform(self) -> Platform:
        """What the platform says about where we run."""
        return self._around()

    def login(self, viewer: Viewer) -> Login:
        """As whom queries run for a viewer."""
        return of_viewer(viewer, self.settings, self.platform)

    def own_login(self) -> Login:
        """As whom the app itself acts: its service principal, or the person at this machine."""
        around = self.platform
        return of_app(around) if around.hosted else local(self.settings, around)

    def client(self, viewer: Viewer) -> "WorkspaceClient":
        """The SDK as the viewer's queries run."""
        return self.clients.client(self.login(viewer))

    def own_client(self) -> "WorkspaceClient":
        """The SDK as the app itself."""
        return self.clients.client(self.own_login())

    def viewer(self, person: Person) -> Viewer:
        """A person whom the proxy named, with the groups that the workspace says they are in.

        When the workspace does not say, they are in none: a role is never guessed upwards.
        """
        found = self._keep(f"groups {person.name}", GROUPS_S, lambda: self._groups(person))
        groups = found if isinstance(found, frozenset) else frozenset()
        return Viewer(person.name, person.display_name, groups, self._role(groups), person.token)

    def me(self) -> Viewer:
        """Who is signed in at this machine."""
        found = self._keep("me", GROUPS_S, self._me)
        assert isinstance(found, Viewer)
        return found

    def _me(self) -> Viewer:
        with translated("ask who is signed in"):
            said = self.own_client().current_user.me()
        groups = frozenset(group.display or "" for group in said.groups or ()) - {""}
        return Viewer(said.user_name or "unknown", said.display_name or "", groups, self._role(groups))

    def _role(self, groups: frozenset[str]) -> Role:
        return role(groups, admins=self.settings.admins, operators=self.settings.operators)

    def _groups(self, person: Person) -> frozenset[str]:
        """By the person's own token when it may, else by the app's."""
        if person.token:
            try:
                login = Login(
                    "viewer",
                    f"viewer {person.name}",
                    "",
                    self.platform.host,
                    {"token": person.token, "auth_type": "pat"},
                )
                with translated("ask for the viewer's groups"):
                    said = self.clients.client(login).current_user.me()
                if (said.user_name or "").casefold() == person.name.casefold():
                    return frozenset(group.display or "" for group in said.groups or ()) - {""}
            except AppError:
                pass
        try:
            quoted = person.name.replace("\\", "\\\\").replace('"', '\\"')
            with translated("ask for the viewer's groups"):
                users = list(
                    self.own_client().users.list(filter=f'userName eq "{quoted}"', attributes="userName,groups")
                )
        except AppError:
            return frozenset()
        return frozenset(g.display or "" for user in users[:1] for g in user.groups or ()) - {""}

    # ── which warehouse ─────────────────────────────────────────────────────────────────────────────────────────────

    def warehouse_id(self) -> str:
        """The warehouse that runs the queries; asks the workspace only when none is set."""
        configured = self._configured()
        if configured:
            return configured
        return self.choice().warehouse.id

    def _configured(self) -> str | None:
        around = self.platform
        profile = self.settings.profile or around.profile
        of_profile = profile_warehouse(profile, config_file(around)) if profile and not around.hosted else None
        if self.settings.warehouse_name and not self.settings.warehouse_id:
            return None
        return self.settings.warehouse_id or around.warehouse_id or of_profile

    def choice(self) -> Choice:
        """Which warehouse, and why; kept for some minutes so that it does not change under a page."""
        found = self._keep("choice", CHOICE_S, self._choose)
        assert isinstance(found, Choice)
        return found

    def _choose(self) -> Choice:
        known = warehouses.warehouses(self.own_client())
        return warehouses.choose(known, warehouse_id=self._configured(), warehouse_name=self.settings.warehouse_name)

    def warehouse_now(self) -> WarehouseInfo:
        """The warehouse as it is at this moment. This asks the workspace and wakes nothing."""
        found = self._keep("state", STATE_S, lambda: warehouses.warehouse(self.own_client(), self.warehouse_id()))
        assert isinstance(found, WarehouseInfo)
        return found

    def _state(self) -> str:
        try:
            return self.warehouse_now().state
        except AppError:
            return "UNKNOWN"

    def start_warehouse(self, viewer: Viewer) -> None:
        """Start the warehouse for a viewer who may; the app's own power is not lent to anybody else."""
        viewer.require(Role.OPERATOR, "start the SQL warehouse")
        login = self.login(viewer)
        try:
            acts.start_warehouse(self.clients.client(login), self.warehouse_id())
        except AccessError:
            if login.kind == "app":
                raise
            # a forwarded token has no scope for warehouses: an operator of the app may start the app's own one
            acts.start_warehouse(self.own_client(), self.warehouse_id())
        with self._lock:
            self._kept.pop("state", None)

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def warehouse(self, viewer: Viewer, isolation: Isolation | None = None) -> DatabricksWarehouse:
        """The warehouse as this viewer's queries see it."""
        login = self.login(viewer)
        token = login.options.get("token")
        key = (login.key, login.host or "", self.warehouse_id(), *(isolation.workspaces if isolation else ("*",)))
        with self._lock:
            if token:
                self._tokens[login.key] = token
            found = self._warehouses.get(key)
            if found is None:
                found = self._warehouses[key] = self._make(login, isolation)
            self._warehouses.move_to_end(key)
            old = [self._warehouses.popitem(last=False)[1] for _ in range(len(self._warehouses) - IDENTITIES)]
        for one in old:
            one.close()
        return found

    def note(self, viewer: Viewer) -> str:
        """What this viewer should know about how the ledger is read now; "" when there is nothing to say. Asks nobody."""
        key = self.login(viewer).key
        with self._lock:
            known = [warehouse for name, warehouse in self._warehouses.items() if name[0] == key]
        return next((warehouse.note for warehouse in known if warehouse.note), "")

    def writing(self) -> DatabricksWarehouse:
        """The warehouse as the refresh uses it: the app's identity, statements that may take long."""
        login, key = self.own_login(), ("refresh",)
        with self._lock:
            if key not in self._warehouses:
                self._warehouses[key] = self._make(login, None, deadline_s=self.settings.refresh_timeout, size=2)
            return self._warehouses[key]

    def refresh(self, *, full: bool, reference: Mapping[str, "pa.Table"], progress: Progress) -> Refreshed:
        """Bring the ledger in the schema up to the system tables."""
        from lib.warehouse.databricks.refreshing import refresh_delta

        done = refresh_delta(
            self.writing(), currency=self.settings.currency, reference=reference, full=full, progress=progress
        )
        self.forget()
        return done

    # ── setting up ──────────────────────────────────────────────────────────────────────────────────────────────────

    def plan(self, app: str | None = None, readers: Sequence[str] = ()) -> list[Step]:
        """The grants that all pages need, for the app's identity and for those whose queries run as themselves."""
        own = [t for t in (self.settings.cloud_costs_table, self.settings.job_spends_table) if t]
        return setup.plan(
            setup.needed_by(load_catalogue()),
            schema=self.settings.ledger_schema,
            app=app or self._principal(self.own_login()),
            readers=readers,
            own_tables=own,
        )

    def check(self, viewer: Viewer) -> list[TableCheck]:
        """Whether each table can be read as this viewer's queries run."""
        self.forget()
        return setup.check(self.warehouse(viewer), load_catalogue())

    def checked(self, viewer: Viewer) -> list[TableCheck]:
        """The same as it was found in the last minutes, for pages; who wants to know it now asks `check`."""
        name = f"tables {self.login(viewer).key}"
        find = partial(setup.check, self.warehouse(viewer), load_catalogue())
        return cast(list[TableCheck], self._keep(name, GROUPS_S, find))

    def check_again(self, viewer: Viewer) -> list[TableCheck]:
        """The same, found anew; what is known about tables is forgotten with it."""
        self.forget()
        with self._lock:
            self._kept.pop(f"tables {self.login(viewer).key}", None)
        return self.checked(viewer)

    def self_test(self, viewer: Viewer) -> list[TestStep]:
        """Sign-in, warehouse, statement, tables, in order; for admins, because it says who is who and what is where."""
        viewer.require(Role.ADMIN, "test the connection")
        self.forget()

        def which() -> str:
            found = warehouses.warehouse(self.own_client(), self.warehouse_id())
            return f"{found.name} ({found.id}) is {found.state.lower()}."

        def who() -> str:
            me = self.me() if not self.platform.hosted else viewer
            return f"{me.name} at {self.own_login().host}."

        return setup.self_test(lambda: self.warehouse(viewer), who, which)

    def forget(self) -> None:
        """What is known about data, tables and warehouses may be wrong: look anew when next asked."""
        with self._lock:
            known = list(self._warehouses.values())
            for name in ("choice", "state"):
                self._kept.pop(name, None)
        for one in known:
            one.forget()

    def sign_in_again(self, viewer: Viewer) -> None:
        """Make the next connection and client of this viewer's identity anew."""
        login = self.login(viewer)
        self.clients.forget(login)
        with self._lock:
            ended = [key for key in self._warehouses if key[0] == login.key]
            closed = [self._warehouses.pop(key) for key in ended]
        for one in closed:
            one.close()

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            closed = list(self._warehouses.values())
            self._warehouses.clear()
        for one in closed:
            one.close()

    def _make(
        self, login: Login, isolation: Isolation | None, *, deadline_s: float | None = None, size: int | None = None
    ) -> DatabricksWarehouse:
        if not login.host:
            raise SourceError("No workspace is named to read from.", remedy="Set LAKELEDGER_HOST or DATABRICKS_HOST.")
        settings, wait = self.settings, deadline_s or self.settings.statement_timeout
        warehouse_id = self.warehouse_id()
        endpoint = Endpoint(
            login.host, warehouse_id, settings.ca_file, settings.cloud_fetch, statement_timeout=int(wait)
        )
        principal = login.key.removeprefix("viewer ") if login.kind == "viewer" else self._principal(login)
        sign_in = SignIn(login.key, lambda: self._headers(login), principal)
        limits = Limits(size=size or settings.connections, wait_s=wait)
        if login.kind == "viewer":
            limits = replace(limits, age_s=VIEWER_AGE_S)
        runner = Runner(
            Pool(lambda: connect(endpoint, sign_in), limits),
            self.meter,
            state=self._state,
            renew=lambda: self.clients.forget(login),
            workers=limits.size * 2,
        )
        external = {
            f"external.{table}": own
            for table, own in (
                ("cloud_costs", settings.cloud_costs_table),
                ("databricks_job_spends", settings.job_spends_table),
            )
            if own
        }
        names = Names(settings.ledger_schema, self._columns, external, self._reference())
        at = Situation(login.host, warehouse_id, principal=principal)
        options = Options(wait, settings.max_rows, settings.currency, settings.data_interval)
        return DatabricksWarehouse(runner, names, at, options=options, isolation=isolation)

    def _principal(self, login: Login) -> str:
        if login.kind == "app":
            return str(self.clients.config(login).client_id or "")
        kept = self._kept.get("me")
        return kept.value.name if kept and isinstance(kept.value, Viewer) else self._name_of_own()

    def _name_of_own(self) -> str:
        """Who we are, for the GRANTs that a message names; a workspace that does not say it leaves a gap there."""
        try:
            return self.me().name
        except AppError:
            return ""

    def _headers(self, login: Login) -> Headers:
        """What signs the requests of a new connection: the newest forwarded token, or what the SDK renews."""
        if login.kind == "viewer":
            return lambda: {"Authorization": f"Bearer {self._tokens[login.key]}"}
        if "token" in login.options:
            return lambda: {"Authorization": f"Bearer {login.options['token']}"}
        authenticate = self.clients.config(login).authenticate

        def headers() -> dict[str, str]:
            with translated("sign in"):
                return dict(authenticate())

        return headers

    def _keep(self, name: str, seconds: float, find: Callable[[], object]) -> object:
        with self._lock:
            kept = self._kept.get(name)
        if kept and self._clock() - kept.at < seconds:
            return kept.value
        value = find()
        with self._lock:
            self._kept[name] = _Kept(value, self._clock())
        return value

"""Genie spaces joined from settings for pages and commands: which workspace, which state, who answers, acts on record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lib.access import Role
from lib.context import Context, utc_now
from lib.errors import AppError, InputError, NotFound, SourceError
from lib.genie import own, planning
from lib.genie.applying import Applied, Applier, Report
from lib.genie.model import Space
from lib.genie.planning import Plan
from lib.genie.project import Project
from lib.genie.state import STATE_FILE, StateFile

if TYPE_CHECKING:
    from lib.genie.asking import Turn, Voice
    from lib.genie.benchmarks import Evaluation
    from lib.genie.inventory import Line, Span
    from lib.statements.views import View as Statement
    from lib.workspace.genie import GenieClient

Which = Literal["own", "files"]
ENV = "own"
DEMO_SCHEMA = "main.lakeledger"
FOLDER = "/Workspace/Shared/Lakeledger"


def client(context: Context, *, as_viewer: bool = False) -> "GenieClient":
    """The workspace's spaces: as the app, or as the one who looks; SourceError where no workspace is connected."""
    from lib.workspace.genie import GenieClient

    source = context.settings.source
    if source == "files":
        raise SourceError(
            "No workspace is connected: the data comes from files.",
            remedy="Set LAKELEDGER_SOURCE to databricks to see and change Genie spaces.",
        )
    if source == "demo":
        from lib.demo.standing import standing

        context.ensure_demo()
        found = standing(context.settings.folder)
        return context.shared.once(
            "genie demo", lambda: GenieClient(found.host, {"token": found.token, "auth_type": "pat"})
        )
    connected = context.connected
    login = connected.login(context.viewer) if as_viewer else connected.own_login()
    if login.kind == "viewer":  # a token ends and is renewed: its client is made anew each time
        return GenieClient(login.host, login.options)
    return context.shared.once(f"genie {login.key}", lambda: GenieClient(login.host, login.options))


def state(context: Context) -> StateFile:
    """Which own space is which space of the workspace."""
    return StateFile(Path(context.settings.home) / "genie" / f"{context.settings.source}.json")


def home_of_ledger(context: Context) -> tuple[str, str]:
    """Catalog and schema that the own spaces read."""
    given = context.settings.ledger_schema or (DEMO_SCHEMA if context.settings.source == "demo" else "")
    if not given:
        raise SourceError(
            "The own spaces read the ledger's tables, and no schema is set.",
            remedy="Set LAKELEDGER_SCHEMA to catalog.schema and run `python -m lib refresh`.",
        )
    catalog, _, schema = given.partition(".")
    return catalog, schema


def own_spaces(context: Context, *, warehouse_id: str | None = None, folder: str = FOLDER) -> tuple[Space, ...]:
    """Lakeledger's own spaces for this account."""
    catalog, schema = home_of_ledger(context)
    return own.spaces(catalog, schema, warehouse_id or _warehouse(context), parent_path=folder)


def _warehouse(context: Context) -> str:
    if context.settings.warehouse_id:
        return context.settings.warehouse_id
    if context.settings.source == "demo":
        found = [w.id for w in client(context).client.warehouses.list()]
        if not found:
            raise SourceError("The workspace has no SQL warehouse.")
        return str(found[0])
    return context.connected.warehouse_id()


@dataclass(frozen=True)
class View:
    """One of the views that the space about tuning reads."""

    name: str
    there: bool


def views(context: Context) -> tuple[View, ...]:
    """The three views in the ledger's schema, and whether the workspace has them."""
    workspace = client(context)

    def there(name: str) -> bool:
        try:
            return bool(workspace.columns(name))
        except NotFound:
            return False

    return tuple(View(view.name, there(view.name)) for view in _views(context))


def make_views(context: Context, warehouse_id: str | None = None) -> list[str]:
    """Make the views, or bring them up to date; their names."""
    context.viewer.require(Role.ADMIN, "make views")
    if context.settings.source != "databricks":
        raise SourceError(
            "The demo's ledger is inside the app: there are no tables to make views over.",
            remedy="Serve the demo's workspace, and keep a ledger in it (docs/loopback.md).",
        )
    made = _views(context)
    for view in made:
        client(context).run(view.statement, warehouse_id or _warehouse(context))
    return [view.name for view in made]


def _views(context: Context) -> "list[Statement]":
    from lib.statements.views import views as statements

    catalog, schema = home_of_ledger(context)
    return statements(f"{catalog}.{schema}", context.settings.currency)


def files(context: Context) -> Project | None:
    """The project of space files that settings name; its state file is in the project's folder."""
    folder = context.settings.genie_files
    if folder is None:
        return None
    root = folder.parent.parent if folder.parent.name == "conf" else folder
    return Project(
        folder, env=context.settings.genie_env, state_file=root / STATE_FILE, workspace=client(context),
        who=context.viewer.name,
    )  # fmt: skip


def plan(context: Context, spaces: tuple[Space, ...] | None = None, *, which: Which = "own") -> Plan:
    """What setting up the own spaces, or the files that settings name, would do."""
    if which == "files":
        project = files(context)
        if project is None:
            raise SourceError("No folder of space files is set.", remedy="Set LAKELEDGER_GENIE_FILES.")
        return project.plan()
    wanted = own_spaces(context) if spaces is None else spaces
    return planning.make(wanted, state(context).entries(ENV), client(context), env=ENV)


def apply(
    context: Context,
    made: Plan,
    *,
    typed: str = "",
    report: Report = lambda outcome: None,
    now: Callable[[], datetime] = utc_now,
) -> Applied:
    """Carry a plan out as an administrator; each space leaves an event. `typed`: the word that confirms, from a page."""
    from lib.store import events

    context.viewer.require(Role.ADMIN, "change Genie spaces")
    if typed and typed != "apply":
        raise InputError("The word to type is: apply.")
    project = files(context)
    kept = project.state if project is not None and made.env != ENV else state(context)
    applier = Applier(client(context), kept, who=context.viewer.name)
    done = applier.apply(made, report=report)
    for outcome in done.outcomes:
        events.record(
            context.store,
            events.Event(
                at=now(),
                who=context.viewer.name,
                act=f"{outcome.step.action.value} space",
                object_type="genie space",
                object_id=outcome.space_id or outcome.step.space_id or "",
                object_name=outcome.step.title,
                after={"differences": [difference.path for difference in outcome.step.differences]},
                result="done" if outcome.result == "done" else "failed",
                detail=outcome.message,
            ),
        )
    return done


def lines(context: Context, use: list[dict[str, object]] | None, period: "Span | None" = None) -> "tuple[Line, ...]":
    """The inventory; `use` are rows of `genie/space_use` over the period, None when they may not be read."""
    from lib.genie.inventory import inventory

    project = files(context)
    tracked = state(context).entries(ENV) | (project.state.entries(project.env) if project else {})
    workspace = client(context)
    here = workspace.workspace_id()  # an id of a space means nothing in another workspace
    mine = None if use is None else [row for row in use if row["workspace_id"] == here]
    return inventory(workspace, tracked, mine, period)


def start_benchmarks(context: Context, space_id: str, title: str, *, now: Callable[[], datetime] = utc_now) -> str:
    """Ask a space all its benchmark questions, as an administrator; the id of the run, which goes on by itself."""
    from lib.store import events

    context.viewer.require(Role.ADMIN, "run a space's benchmarks")
    run_id = str(client(context).start_evaluation(space_id).eval_run_id)
    events.record(
        context.store,
        events.Event(
            at=now(), who=context.viewer.name, act="run benchmarks", object_type="genie space", object_id=space_id,
            object_name=title, after={"run": run_id},
        ),
    )  # fmt: skip
    return run_id


def benchmarks(context: Context, space_id: str, run_id: str = "") -> "Evaluation | None":
    """One run of a space's benchmarks, else the newest that has ended, each question with what it gave; None for none."""
    from lib.genie import benchmarks as runs

    return runs.one(client(context), space_id, run_id) if run_id else runs.latest(client(context), space_id)


def title_of(context: Context, space_id: str) -> str:
    """The title of a space of the workspace, for the one who looks."""
    return client(context, as_viewer=True).get(space_id, export=False).title


def voice(context: Context, space_id: str = "lakeledger_spend") -> "Voice":
    """Who answers: the space in the workspace, as the one who looks; without a workspace the embedded ledger.

    space_id:  the name of an own space, or the workspace's id of any other, which always answers itself
    """
    from lib.genie.asking import Conversation, Ledger

    if space_id not in own.TITLES:
        return Conversation(client(context, as_viewer=True), space_id, None)
    if context.settings.source != "databricks":
        today = context.today()
        span = timedelta(days=400)  # of no account where the ledger stores the relations
        params = {
            "start_date": today - span,
            "end_date": today + timedelta(days=1),
            "currency": context.settings.currency,
        }
        return Ledger(context.warehouse, params, space_id)
    return Conversation(client(context, as_viewer=True), _id_of(context, space_id), _samples(space_id))


def rate(context: Context, asker: "Voice", turn: "Turn", good: bool, *, now: Callable[[], datetime] = utc_now) -> None:
    """Tell the space whether its answer helped, and keep it on record."""
    from lib.store import events

    asker.rate(turn, good)
    events.record(
        context.store,
        events.Event(
            at=now(), who=context.viewer.name, act="rate answer", object_type="genie answer", object_id=turn.message_id,
            object_name=turn.question[:200], after={"good": good, "asked_as": turn.asked_as},
        ),
    )  # fmt: skip


def _samples(space_id: str) -> tuple[str, ...]:
    found = next(space for space in own.spaces("catalog", "schema", "warehouse") if space.space_id == space_id)
    asked = [question.question for question in found.sample_questions] + [item.question for item in found.examples]
    return tuple(dict.fromkeys("".join(text) for text in asked))[:6]


def _id_of(context: Context, space_id: str) -> str:
    """The workspace's id of an own space: from the state, else by its title."""
    entry = state(context).entries(ENV).get(space_id)
    if entry and entry.databricks_space_id:
        return entry.databricks_space_id
    title = own.TITLES[space_id]

    def find() -> str:
        try:
            found = [space for space in client(context, as_viewer=True).all() if space.title == title]
        except AppError as error:
            raise SourceError(f"The space {title} could not be looked for: {error.message}") from error
        if not found:
            raise NotFound(
                f"The workspace has no space called {title}.",
                remedy="An administrator makes it: `python -m lib genie setup`.",
            )
        return found[0].space_id

    return context.shared.once(f"genie space {title} of {context.viewer.name}", find)

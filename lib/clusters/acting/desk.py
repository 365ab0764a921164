"""Starting and stopping: who may, the call, and the record of it.

The one place that acts on compute. Every refusal, attempt and result is an event in the store; a call without the page is
refused like a click. Nothing waits: a caller looks again with `look`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from lib.access import Role, Viewer
from lib.clusters import states
from lib.clusters.acting.kinds import CLUSTERS, Activity, Compute, Kind
from lib.clusters.acting.limits import Limits, carries
from lib.clusters.acting.preview import Preview, consequences
from lib.clusters.states import Act
from lib.errors import AccessError, AppError, InputError, NotFound, Unavailable
from lib.store import events
from lib.store.events import Event
from lib.workspace.permissions import grants, levels_of

if TYPE_CHECKING:
    from databricks.sdk import WorkspaceClient

    from lib.store import Store

Result = Literal["done", "refused", "failed", "dry run"]
MOST_AT_ONCE = 50
"""Clusters or warehouses of one bulk act: more than a person can have looked at is a mistake."""
REASON_LENGTH = 500


@dataclass(frozen=True)
class Outcome:
    """What came of one act on one cluster or warehouse."""

    act: Act
    object_id: str
    name: str
    result: Result
    message: str
    before: str = ""
    """State before."""
    after: str = ""
    """State right after the call."""
    event_id: int | None = None

    @property
    def ok(self) -> bool:
        """Whether it was done, or would have been."""
        return self.result in ("done", "dry run")


def _either(levels: Iterable[str]) -> str:
    *first, last = sorted(levels, key=_BY_RISE.index)
    return f"{', '.join(first)} or {last}" if first else last


_BY_RISE = ("CAN_USE", "CAN_RESTART", "IS_OWNER", "CAN_MANAGE")


@dataclass(frozen=True)
class Desk:
    """Everything acting needs. The client is the app's; what the viewer may do is asked each time."""

    client: "WorkspaceClient"
    workspace_id: str
    store: "Store"
    now: Callable[[], datetime]
    kind: Kind = CLUSTERS
    me: str = ""
    """Name of the identity the client acts as; a person who acts as themself need not be able to read who may what."""
    limits: Limits = field(default_factory=Limits)
    cost_per_hour: Callable[[str], tuple[float, str] | None] = lambda _: None
    """Its id → what an hour of it costs and the currency, from its own usage; None when nobody measured it."""
    activity: Callable[[str], Activity] = lambda _: Activity()
    """Its id → who was active on it lately."""
    warning: Callable[[Act, str], str] = lambda _, __: ""
    """Its id → what the act means to the app itself; empty when nothing."""

    # ── before ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def preview(self, viewer: Viewer, act: Act, object_id: str) -> Preview:
        """Look at it, the person's rights and what goes on, and say what would happen."""
        target = self.look(object_id)
        wrong_state = states.refusal(act, target.name, target.state, self.kind.rules)
        if act not in self.kind.verbs:
            return Preview(act, target, (wrong_state,), ())
        refusals = [text for text in (self._forbidden(viewer, act, target),) if text]
        if wrong_state:
            refusals.append(wrong_state)
        ends = act != "start"
        work, unknown = self._work(object_id) if ends else ((), "")
        said = consequences(
            self.kind, act, target, work=work, unknown=unknown, seen=self.activity(object_id) if ends else Activity(),
            cost=self.cost_per_hour(object_id), now=self.now(),
        )  # fmt: skip
        typed = target.name if ends and carries(target.tags, self.limits.production) else ""
        return Preview(act, target, tuple(refusals), tuple(said), self.warning(act, object_id), typed, work)

    def _forbidden(self, viewer: Viewer, act: Act, target: Compute) -> str:
        """Why this person may not, in words; empty when they may."""
        try:
            viewer.require(Role.OPERATOR, f"{act} {self.kind.noun}s")
        except AccessError as error:
            return str(error)
        if viewer.role < Role.ADMIN:
            if self.limits.workspaces and self.workspace_id not in self.limits.workspaces:
                return (
                    f"Operators may not act on {self.kind.noun}s of this workspace: "
                    "the app's settings limit them to others."
                )
            if self.limits.tags and not carries(target.tags, self.limits.tags):
                wanted = " or ".join(f"{key}={value}" if value else key for key, value in self.limits.tags)
                return f"Operators may act only on {self.kind.noun}s tagged {wanted}; {target.name} is not."
        try:
            held = levels_of(grants(self.client, f"{self.kind.object_type}s", target.id), viewer.name, viewer.groups)
        except AccessError:
            if self.me and self.me.casefold() == viewer.name.casefold():
                return ""  # nobody's power is lent: the workspace itself allows or refuses the call
            return (
                f"Whether {viewer.name} may {act} {target.name} cannot be checked: the app itself may not read the "
                f"{self.kind.object_type}'s permissions. Give its service principal CAN_MANAGE on the {self.kind.object_type}."
            )
        needed = self.kind.levels[act]
        if not held & needed:
            has = f"only {', '.join(sorted(held))}" if held else "no permission"
            return (
                f"{viewer.name} has {has} on {target.name}. To {act} it takes {_either(needed)}; "
                f"{target.owner or 'its owner'} or a workspace admin can give it."
            )
        return ""

    def _work(self, object_id: str) -> tuple[tuple[str, ...], str]:
        try:
            return tuple(self.kind.work(self.client, object_id)), ""
        except (AccessError, Unavailable) as error:
            return (), f"{self.kind.work_words} could not be found out: {error.message}"

    # ── doing ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def act(
        self, viewer: Viewer, act: Act, object_id: str, *, reason: str, typed_name: str = "", dry_run: bool = False
    ) -> Outcome:
        """Do it, if the person may and the state allows; every way it can end is an outcome, and on record."""
        outcome = Outcome(act, object_id, object_id, "failed", "")
        try:
            if act not in self.kind.verbs:
                raise InputError(f"There is no act {act!r}.", remedy=f"Acts are {', '.join(self.kind.verbs)}.")
            if not reason.strip():
                raise InputError("A reason is missing.", remedy="Say in a few words why: it is kept with the act.")
            viewer.require(Role.OPERATOR, f"{act} {self.kind.noun}s")
            seen = self.preview(viewer, act, object_id)
            outcome = replace(outcome, name=seen.target.name, before=seen.target.state, after=seen.target.state)
            if seen.refusals:
                outcome = replace(outcome, result="refused", message=" ".join(seen.refusals))
            elif seen.typed_name and typed_name.strip() != seen.typed_name and not dry_run:
                outcome = replace(
                    outcome, result="refused",
                    message=f"{seen.target.name} is tagged as production: its name must be typed to {act} it.",
                )  # fmt: skip
            elif dry_run:
                outcome = replace(
                    outcome, result="dry run", message=f"Would {act} {seen.target.name}. Nothing was done."
                )
            else:
                outcome = self._called(outcome)
        except AccessError as error:
            outcome = replace(outcome, result="refused", message=str(error))
        except AppError as error:
            outcome = replace(outcome, result="failed", message=str(error))
        return replace(outcome, event_id=self._record(viewer, outcome, reason))

    def _called(self, outcome: Outcome) -> Outcome:
        """The call itself, and how it stands after it."""
        verb, call = self.kind.verbs[outcome.act]
        rules = self.kind.rules
        problem: AppError | None = None
        try:
            call(self.client, outcome.object_id)
        except AppError as error:
            problem = error
        try:
            state = self.look(outcome.object_id).state
        except NotFound:
            return replace(outcome, result="failed", message=f"{outcome.name} is gone: somebody deleted it meanwhile.")
        except AppError as error:
            if problem is None:
                return replace(
                    outcome, result="done", message=f"Asked to {verb} {outcome.name}; its state is not known yet."
                )
            raise problem from error
        if problem is None or (state in rules.on_the_way[outcome.act] and not isinstance(problem, AccessError)):
            return replace(
                outcome, result="done", after=state, message=states.done_words(outcome.act, outcome.name, state, rules)
            )
        if isinstance(problem, InputError) and state != outcome.before:
            changed = (
                states.refusal(outcome.act, outcome.name, state, rules)
                or f"{outcome.name} is {states.words(state).lower()}."
            )
            return replace(outcome, result="failed", after=state, message=f"It changed meanwhile: {changed}")
        raise problem

    def many(
        self,
        viewer: Viewer,
        act: Act,
        object_ids: Iterable[str],
        *,
        reason: str,
        typed: str = "",
        dry_run: bool = False,
    ) -> list[Outcome]:
        """The same for several, one after the other; one that fails keeps none of the others.

        `typed`: for production ones, the number of all of them typed as a word of confirmation ("3"): each one's name
        counts as typed then.
        """
        ids = list(dict.fromkeys(object_ids))
        if len(ids) > MOST_AT_ONCE:
            raise InputError(
                f"{len(ids)} {self.kind.noun}s at once are too many.",
                remedy=f"Choose at most {MOST_AT_ONCE} at a time.",
            )
        confirmed = typed.strip() == str(len(ids))
        outcomes = []
        for object_id in ids:
            name = ""
            if confirmed:
                try:
                    name = self.look(object_id).name
                except AppError:
                    name = ""
            outcomes.append(self.act(viewer, act, object_id, reason=reason, typed_name=name, dry_run=dry_run))
        return outcomes

    def look(self, object_id: str) -> Compute:
        """How it stands now."""
        return self.kind.look(self.client, object_id)

    def _record(self, viewer: Viewer, outcome: Outcome, reason: str) -> int:
        return events.record(
            self.store,
            Event(
                at=self.now(),
                who=viewer.name,
                act=f"{outcome.act} {self.kind.object_type}",
                object_type=self.kind.object_type,
                object_id=outcome.object_id,
                object_name=outcome.name,
                workspace_id=self.workspace_id,
                before={"state": outcome.before} if outcome.before else None,
                after={"state": outcome.after} if outcome.after else None,
                reason=reason.strip()[:REASON_LENGTH],
                result=outcome.result,
                detail=outcome.message,
            ),
        )

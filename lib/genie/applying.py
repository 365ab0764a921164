"""Carries a plan out: several spaces at a time, each step on record before the next, nothing repeated blindly.

A create that got no answer is looked up by title before it is tried again; a change that got no answer is compared
first. After a step the state file knows its outcome, so a process may die anywhere: the next plan goes on from there.
"""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Any, Literal

from lib.errors import AppError, InputError, NotFound
from lib.genie import hashes, payload
from lib.genie.differences import differences
from lib.genie.history import History, body_of_remote
from lib.genie.planning import DOES, Action, Plan, Step, as_space
from lib.genie.state import Entry, StateFile, check_workspace
from lib.workspace.failures import Unsure
from lib.workspace.genie import RemoteSpace, Spaces

WORKERS = 8
TRIES = 3
Result = Literal["done", "failed", "not started"]
Report = Callable[["Outcome"], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one step."""

    step: Step
    result: Result
    space_id: str | None = None
    message: str = ""
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "logical_id": self.step.logical_id,
            "title": self.step.title,
            "action": self.step.action.value,
            "result": self.result,
            "space_id": self.space_id or self.step.space_id,
            "message": self.message,
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Applied:
    """What became of a plan."""

    outcomes: tuple[Outcome, ...]
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Steps that did not come to their end."""
        return tuple(outcome for outcome in self.outcomes if outcome.result != "done")

    @property
    def exit_code(self) -> int:
        """0 when every step is done, else 1."""
        return 1 if self.failed else 0

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        results = [outcome.result for outcome in self.outcomes]
        return {
            "total": len(results),
            "done": results.count("done"),
            "failed": results.count("failed"),
            "not_started": results.count("not started"),
            "interrupted": self.interrupted,
            "seconds": round(self.seconds, 3),
            "per_second": round(len(results) / self.seconds, 1) if self.seconds else None,
            "steps": [outcome.as_json() for outcome in self.outcomes],
        }


def utc_now() -> str:
    """The time as state files have it."""
    return datetime.now(timezone.utc).isoformat()


class Applier:
    """Applies plans to one workspace and keeps one state file."""

    def __init__(
        self,
        workspace: Spaces,
        state: StateFile,
        *,
        who: str = "",
        workers: int = WORKERS,
        now: Callable[[], str] = utc_now,
    ) -> None:
        self.workspace = workspace
        self.state = state
        self.history = History(state.path)
        self.who = who
        self.workers = workers
        self.now = now
        self._stop = threading.Event()

    def apply(self, plan: Plan, *, report: Report = lambda outcome: None, other_workspace: bool = False) -> Applied:
        """Take every step that does something; removals come last.

        An interruption (Ctrl-C) lets running steps end, starts no other, and is said in the answer.
        """
        recorded = self.state.environment(plan.env)["workspace_url"]
        if not other_workspace:
            check_workspace(plan.env, recorded, self.workspace.host)
            check_workspace(plan.env, plan.workspace, self.workspace.host)
        began = time.monotonic()
        self._stop.clear()
        steps = [step for step in plan.steps if step.action in DOES]
        first = [step for step in steps if step.action is not Action.DESTROY]
        last = [step for step in steps if step.action is Action.DESTROY]
        taken = self._titles() if any(step.action in (Action.CREATE, Action.RECREATE) for step in first) else {}
        outcomes = self._all(plan, first, taken, report)
        outcomes += self._all(plan, last, taken, report)
        return Applied(tuple(outcomes), time.monotonic() - began, self._stop.is_set())

    def _all(self, plan: Plan, steps: list[Step], taken: Mapping[str, str], report: Report) -> list[Outcome]:
        if not steps:
            return []
        with ThreadPoolExecutor(max_workers=min(self.workers, len(steps)), thread_name_prefix="genie-apply") as pool:
            running: list[Future[Outcome]] = [pool.submit(self._one, plan, step, taken, report) for step in steps]
            try:
                for future in running:
                    future.result()
            except KeyboardInterrupt:
                self._stop.set()
            return [future.result() for future in running]

    def _one(self, plan: Plan, step: Step, taken: Mapping[str, str], report: Report) -> Outcome:
        if self._stop.is_set():
            return Outcome(step, "not started", message="Interrupted before it began.")
        began = time.monotonic()
        try:
            space_id, notes = self._act(plan, step, taken)
            outcome = Outcome(step, "done", space_id, notes=notes)
        except AppError as error:
            self._note_failure(plan.env, step, error)
            outcome = Outcome(step, "failed", step.space_id, f"{error.message} {error.remedy}".strip())
        except Exception as error:
            outcome = Outcome(step, "failed", step.space_id, f"Unexpected: {type(error).__name__}: {error}")
        outcome = replace(outcome, seconds=time.monotonic() - began)
        report(outcome)
        return outcome

    def _act(self, plan: Plan, step: Step, taken: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
        match step.action:
            case Action.CREATE | Action.RECREATE:
                if step.title in taken:
                    raise InputError(
                        f"The workspace has a space called {step.title} by now ({taken[step.title]}).",
                        remedy="Plan again: it can be taken over.",
                    )
                return self._make(plan.env, step)
            case Action.DESTROY:
                return self._remove(plan.env, step), ()
        return self._change(plan.env, step)

    # ── making ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _make(self, env: str, step: Step) -> tuple[str, tuple[str, ...]]:
        made = self._create(step)
        if made.exported is None:
            self._record(env, step, made.space_id)
        return made.space_id, self._confirm(env, step, made)

    def _create(self, step: Step) -> RemoteSpace:
        for attempt in range(1, TRIES + 1):
            try:
                return with_folder(self.workspace, step.body, lambda: self.workspace.create(step.body))
            except Unsure:
                found = self._titles().get(step.title)
                if found is not None:
                    return self.workspace.get(found)
                if attempt == TRIES:
                    raise
        raise AssertionError

    def _titles(self) -> dict[str, str]:
        """Title → id of spaces that the state does not know."""
        tracked = self.state.ids()
        return {space.title: space.space_id for space in self.workspace.all() if space.space_id not in tracked}

    # ── changing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _change(self, env: str, step: Step) -> tuple[str, tuple[str, ...]]:
        assert step.space_id is not None
        there = self.workspace.get(step.space_id)
        if step.content_hash and hashes.content_hash(there.exported) != step.content_hash:
            raise InputError(f"The space {step.title} was changed after it was planned.", remedy="Plan again.")
        if not step.differences and step.action is Action.ADOPT:
            self._record(env, step, step.space_id, there)
            return step.space_id, ("It already is what the files say.",)
        self.history.keep(
            env, step.logical_id, "before update", step.space_id, body_of_remote(there), at=self.now(), who=self.who
        )
        return step.space_id, self._confirm(env, step, self._update(step, there))

    def _update(self, step: Step, there: RemoteSpace) -> RemoteSpace:
        assert step.space_id is not None
        for attempt in range(1, TRIES + 1):
            try:
                return self._send(step, there)
            except Unsure:
                found = self.workspace.get(step.space_id)
                if not differences(as_space(found, step.logical_id), wanted_of(step)):
                    return found
                if attempt == TRIES or hashes.content_hash(found.exported) != hashes.content_hash(there.exported):
                    raise
        raise AssertionError

    def _send(self, step: Step, there: RemoteSpace) -> RemoteSpace:
        assert step.space_id is not None
        space_id, etag = step.space_id, there.etag
        return with_folder(self.workspace, step.body, lambda: self.workspace.update(space_id, step.body, etag=etag))

    # ── removing ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _remove(self, env: str, step: Step) -> str | None:
        if step.space_id is not None:
            self._trash(env, step)
        self.state.remove(env, step.logical_id, now=self.now())
        return step.space_id

    def _trash(self, env: str, step: Step) -> None:
        assert step.space_id is not None
        try:
            there = self.workspace.get(step.space_id)
        except NotFound:
            return
        if there.exported is not None:
            body = body_of_remote(there)
            self.history.keep(env, step.logical_id, "before destroy", step.space_id, body, at=self.now(), who=self.who)
        for attempt in range(1, TRIES + 1):
            try:
                self.workspace.trash(step.space_id)
                return
            except NotFound:
                return
            except Unsure:
                try:
                    self.workspace.get(step.space_id, export=False)
                except NotFound:
                    return
                if attempt == TRIES:
                    raise

    # ── remembering ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _confirm(self, env: str, step: Step, there: RemoteSpace) -> tuple[str, ...]:
        """Look at what came of it, unless the answer showed it: later drift is measured from the workspace's own export."""
        if there.exported is None:
            there = self.workspace.get(there.space_id)
        self._record(env, step, there.space_id, there)
        if there.exported is None:
            return ("The workspace does not show the contents, so they were not compared.",)
        kept = differences(as_space(there, step.logical_id), wanted_of(step))
        return tuple(f"The workspace keeps {item.path} differently." for item in kept)

    def _record(self, env: str, step: Step, space_id: str, there: RemoteSpace | None = None) -> None:
        now = self.now()
        known = self.state.entries(env).get(step.logical_id)
        entry = Entry(
            step.logical_id,
            step.title,
            step.forge_hash,
            space_id,
            step.forge_hash,
            "APPLIED",
            now,
            None,
            step.full_hash,
            hashes.content_hash(there.exported) if there and there.exported else None,
            known.more if known else {},
        )
        self.state.put(env, entry, workspace_url=self.workspace.host, now=now)
        if there is not None:
            self.history.keep(env, step.logical_id, "applied", space_id, dict(step.body), at=now, who=self.who)

    def _note_failure(self, env: str, step: Step, error: AppError) -> None:
        known = self.state.entries(env).get(step.logical_id)
        if known is not None:
            self.state.put(env, replace(known, error=error.message))


def wanted_of(step: Step) -> Any:
    """The space that a step's body spells."""
    body = step.body
    return payload.from_workspace(
        step.logical_id,
        title=body["title"],
        warehouse_id=body["warehouse_id"],
        exported=body["serialized_space"],
        description=body.get("description"),
        parent_path=body.get("parent_path"),
    )


def with_folder(workspace: Spaces, body: Mapping[str, Any], act: Callable[[], RemoteSpace]) -> RemoteSpace:
    """Do it; where the folder is missing, make the folder and do it once more."""
    try:
        return act()
    except Unsure:
        raise
    except InputError as error:
        path = body.get("parent_path")
        if not path or "does not exist" not in error.message or "path" not in error.message.lower():
            raise
        workspace.make_folder(str(path))
        return act()

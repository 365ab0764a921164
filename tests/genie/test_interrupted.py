"""An apply that dies at any step: the next one converges, and makes nothing twice."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.demo.workspace import Running
from lib.genie.applying import Applier
from tests.genie.conftest import Client, Project
from tests.genie.samples import small

NAMES = ("one", "two", "three")
SPACES = [small(name) for name in NAMES]
STEPS = 18
CHILD = """
import os, signal, sys
from pathlib import Path
from databricks.sdk import WorkspaceClient
from lib.genie.applying import Applier
from lib.genie.planning import make
from lib.genie.state import StateFile
from lib.workspace.genie import GenieClient
from tests.genie.samples import small

def apply(host, token, folder, left):
    left = [left]
    def dies(act):
        def call(*given, **more):
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return act(*given, **more)
        return call
    genie = GenieClient(host, {"token": token, "auth_type": "pat"})
    state = StateFile(Path(folder) / ".genie-forge.json")
    plan = make([small(name) for name in ("one", "two", "three")], state.entries("dev"), genie)
    for thing, name in ((genie, "create"), (genie, "get"), (state, "_write"), (state, "put")):
        setattr(thing, name, dies(getattr(thing, name)))
    Applier(genie, state, workers=1).apply(plan)

for line in sys.stdin:
    host, token, folder, step = line.split()
    child = os.fork()
    if not child:
        apply(host, token, folder, int(step))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.fixture(scope="module")
def driver() -> Iterator[subprocess.Popen]:
    """A process that applies in children of its own, each of which dies where it is told to."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield process
        process.stdin.close()


@pytest.mark.slow
@pytest.mark.parametrize("step", range(STEPS))
def test_killed_at_any_step_the_next_apply_converges(
    step: int, driver: subprocess.Popen, workspace: Running, project: Project, tmp_path: Path, client: Client
) -> None:
    driver.stdin.write(f"{workspace.host} {workspace.token} {tmp_path} {step}\n")
    driver.stdin.flush()
    assert int(driver.stdout.readline()) in (signal.SIGKILL, 0)
    if project.state.path.exists():
        json.loads(project.state.path.read_text())
    assert project.apply(*SPACES).exit_code == 0
    assert sorted(space.title for space in client().all()) == ["One", "Three", "Two"]
    assert {found.action.value for found in project.plan(*SPACES).steps} == {"unchanged"}


def test_killed_between_two_creates_the_next_plan_creates_only_the_second(project: Project) -> None:
    project.apply(small("one"))
    plan = project.plan(small("one"), small("two"))
    assert [(s.logical_id, s.action.value) for s in plan.steps] == [("two", "create"), ("one", "unchanged")]


def test_a_space_that_was_made_and_not_recorded_is_taken_over(project: Project, client: Client) -> None:
    project.apply(small("one"))
    project.state.remove("dev", "one")
    applied = project.apply(small("one"))
    assert [outcome.step.action.value for outcome in applied.outcomes] == ["adopt"]
    assert len(list(client().all())) == 1


def test_ctrl_c_ends_running_steps_starts_no_other_and_says_so(
    client: Client, project: Project, workspace: Running
) -> None:
    genie = client()
    create = genie.create

    def interrupted(body):  # type: ignore[no-untyped-def]
        made = create(body)
        os.kill(os.getpid(), signal.SIGINT)
        assert applier._stop.wait(timeout=60), "the one who waits for the steps was interrupted"
        return made

    genie.create = interrupted  # type: ignore[method-assign]
    applier = Applier(genie, project.state, workers=1)
    done = applier.apply(project.plan(*SPACES))
    assert (done.interrupted, done.exit_code) == (True, 1)
    assert sorted(outcome.result for outcome in done.outcomes) == ["done", "not started", "not started"]
    assert len(project.state.entries("dev")) == 1
    assert project.apply(*SPACES).exit_code == 0
    assert len(list(client().all())) == 3

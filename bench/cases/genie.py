"""Two hundred Genie spaces: read, planned and applied against a server that takes 20 ms for every answer."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.case import Case, Plan, Row, at_most
from lib.demo.workspace import start
from lib.genie import rules, writing
from lib.genie.model import Column, Example, Question, Space, Table
from lib.genie.project import Project
from lib.workspace.genie import GenieClient

SPACES = 200
DELAY_S = 0.02
WORKERS = 8


def run(plan: Plan) -> Iterator[Row]:
    plan.say(f"genie, {SPACES} spaces")
    with tempfile.TemporaryDirectory() as folder, start(None, process=True) as workspace:
        warehouse = next(iter(workspace.state()["things"]["warehouses"]))
        config = Path(folder) / "spaces"
        config.mkdir()
        for number in range(SPACES):
            (config / f"space_{number}.yaml").write_text(writing.to_yaml(_space(number, warehouse)), encoding="utf-8")
        workspace.fault(slow_s=DELAY_S, times=-1)
        genie = GenieClient(workspace.host, {"token": workspace.token, "auth_type": "pat"})
        genie.me()  # the sign-in and the SDK's import are nobody's plan

        def project() -> Project:
            return Project(config, state_file=Path(folder) / "state.json", workspace=genie, process={})

        took = {}
        began = time.perf_counter()
        loaded = project().files
        assert not rules.check(loaded.spaces, loaded.sources)
        took["read"] = time.perf_counter() - began
        took["first"], made = _timed(lambda: project().plan())
        assert len(made.changes) == SPACES
        took["apply"], done = _timed(lambda: project().apply(made, workers=WORKERS))
        assert done.exit_code == 0
        took["plan"], again = _timed(lambda: project().plan())
        assert again.counts() == {"unchanged": SPACES}
    size = f"{SPACES} spaces"
    detail = f"{WORKERS} at a time, 20 ms an answer"
    yield Row("Read and check the files", size, took["read"], "s", at_most(1))
    yield Row("Plan: nothing is there yet", size, took["first"], "s", at_most(2), detail)
    yield Row("Apply: make, record, look at what came of it", size, took["apply"], "s", at_most(10), detail)
    yield Row("Plan: every space looked at and unchanged", size, took["plan"], "s", at_most(2), detail)


def _timed(act):  # type: ignore[no-untyped-def]
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _space(number: int, warehouse: str) -> Space:
    tables = tuple(
        Table(f"main.area{number}.t{t}", (f"Table {t}",), tuple(Column(f"c{c}", ("What it is",)) for c in range(8)))
        for t in range(4)
    )
    examples = tuple(
        Example((f"Question {e}?",), (f"SELECT COUNT(*) FROM main.area{number}.t{e % 4}\n",)) for e in range(8)
    )
    questions = (Question(("How many?",)), Question(("Since when?",)))
    return Space(
        f"space_{number}", f"Space {number}", warehouse, tables=tables, examples=examples, sample_questions=questions
    )


CASE = Case("genie", "Genie spaces as code", run, needs_data=False)

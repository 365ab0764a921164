"""Spaces over a real account: the loopback workspace with the small demo account and its ledger."""

from collections.abc import Iterator
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from lib.access import Role, Viewer
from lib.config import load
from lib.context import Context
from lib.demo.workspace import Running, start
from lib.errors import AccessError, InputError
from lib.genie import demo_objects, online, own, planning
from lib.genie.asking import Conversation, Ledger, Turn
from lib.genie.benchmarks import evaluate, gate, latest
from lib.genie.inventory import inventory
from lib.genie.quality import assess
from lib.genie.state import StateFile
from lib.store import events
from lib.warehouse.embedded import EmbeddedWarehouse
from lib.workspace.genie import GenieClient
from tests.genie.samples import small

pytestmark = pytest.mark.slow
PARAMS = {"start_date": date(2026, 1, 1), "end_date": date(2026, 12, 31), "currency": "USD"}


@pytest.fixture(scope="module")
def account(demo_home: Path) -> Iterator[Running]:
    with start(demo_home / "demo") as workspace:
        yield workspace


@pytest.fixture(scope="module")
def genie(account: Running) -> GenieClient:
    return GenieClient(account.host, {"token": account.token, "auth_type": "pat"}, sleep=lambda seconds: None)


@pytest.fixture(scope="module")
def warehouse_id(account: Running) -> str:
    return next(iter(account.state()["things"]["warehouses"]))


@pytest.fixture(scope="module")
def own_ids(genie: GenieClient, warehouse_id: str) -> dict[str, str]:
    spaces = own.spaces("main", "lakeledger", warehouse_id, parent_path="/Shared")
    return {space.space_id: genie.create(planning.body_of(space)).space_id for space in spaces}


@pytest.fixture
def ledger(demo_home: Path) -> Iterator[EmbeddedWarehouse]:
    engine = EmbeddedWarehouse(demo_home / "demo")
    yield engine
    engine.close()


def finished(talk: Conversation, turn: Turn) -> Turn:
    for _ in range(10):
        turn = talk.look(turn)
        if turn.status != "running":
            return turn
    raise AssertionError(turn)


def test_a_space_and_the_ledger_give_the_same_rows(
    genie: GenieClient, own_ids: dict, ledger: EmbeddedWarehouse
) -> None:
    talk = Conversation(genie, own_ids["lakeledger_spend"])
    turn = finished(talk, talk.ask("What did each product cost in the last 30 days?"))
    here = Ledger(ledger, PARAMS).ask("What did each product cost in the last 30 days?")
    assert (turn.status, turn.error) == ("done", "")
    assert turn.rows is not None
    assert here.rows is not None

    def rows(table) -> set:  # type: ignore[no-untyped-def]
        return {
            tuple(str(v.normalize()) if hasattr(v, "normalize") else v for v in row.values())
            for row in table.to_pylist()
        }

    assert rows(turn.rows) == rows(here.rows)
    assert "main.lakeledger.spend_daily" in turn.sql
    talk.rate(turn, True)
    assert turn.follow_ups


def test_every_trusted_question_answers_on_the_ledger(ledger: EmbeddedWarehouse) -> None:
    voice = Ledger(ledger, PARAMS, "lakeledger_spend")
    for item in own.trusted():
        turn = voice.ask(item.question)
        assert (turn.status, turn.asked_as, turn.sql) == ("done", "", item.sql)
    assert voice.ask("What is the capital of France?").rows is None
    assert voice.suggestions() == tuple(t.question for t in own.trusted() if t.space_id == "lakeledger_spend")


def test_a_question_nobody_taught_gets_words_and_a_follow_up_stays_in_the_conversation(
    genie: GenieClient, own_ids: dict
) -> None:
    talk = Conversation(genie, own_ids["lakeledger_spend"])
    turn = finished(talk, talk.ask("What is the capital of France?"))
    assert (turn.status, turn.rows, bool(turn.text)) == ("done", None, True)
    again = talk.ask("Who spent most in the last 30 days?", turn.conversation_id)
    assert again.conversation_id == turn.conversation_id
    assert finished(talk, again).rows is not None


def test_benchmarks_run_as_an_evaluation_with_a_gate(genie: GenieClient, own_ids: dict) -> None:
    done = evaluate(genie, own_ids["lakeledger_queries"], sleep=lambda seconds: None)
    assert (done.status, done.questions, len(done.results)) == ("DONE", 5, 5)
    assert done.accuracy is not None
    assert done.passes(done.accuracy)
    assert not done.passes(1.01)
    with pytest.raises(InputError, match="below"):
        gate(done, 1.01)
    newest = latest(genie, own_ids["lakeledger_queries"])
    assert newest is not None
    assert newest.run_id == done.run_id
    assert {check.share for check in assess(small(), accuracy=0.5).checks if check.name == "Benchmark accuracy"} == {
        0.5
    }


def test_online_validation_knows_warehouses_tables_columns_and_functions(genie: GenieClient, warehouse_id: str) -> None:
    from lib.genie.model import Column, Function, Table

    own_spaces = [s for s in own.spaces("main", "lakeledger", warehouse_id) if s.space_id in own.TRUSTED]
    assert online.check(own_spaces, genie) == []
    wrong = small(
        warehouse_id="nowhere",
        tables=(Table("system.billing.usage", (), (Column("nope"),)), Table("main.retail.none")),
        functions=(Function("main.retail.f"),),
    )
    assert [p.rule for p in online.check([wrong], genie)] == ["no-warehouse", "no-column", "no-table", "no-function"]


def test_examples_are_tried_on_the_warehouse(genie: GenieClient, warehouse_id: str) -> None:
    from lib.genie.model import Example

    good = Example(("a",), ("SELECT COUNT(*) AS n FROM system.billing.usage;\n",))
    bad = Example(("b",), ("SELECT nope FROM system.billing.usage",))
    found = assess(small(examples=(good, bad)), runs=online.tries(genie, warehouse_id))
    check = next(check for check in found.checks if check.name == "Example SQL runs")
    assert (check.share, "nope" in check.advice) == (0.5, True)


def test_demo_objects_are_made_once(genie: GenieClient, warehouse_id: str) -> None:
    genie.run("CREATE SCHEMA IF NOT EXISTS main.people", warehouse_id)
    assert demo_objects.status(genie, "main", "people")["total_missing"] == 8
    for _ in range(2):
        demo_objects.run(demo_objects.set_up("main", "people"), genie, warehouse_id)
    assert demo_objects.status(genie, "main", "people")["demo_setup_complete"]
    counted = [
        int(genie.run(f"SELECT COUNT(*) FROM main.people.{t}", warehouse_id)[0][0] or 0) for t in demo_objects.TABLES
    ]
    assert (sum(counted), counted) == (96, [8, 8, 30, 10, 10, 30])
    with pytest.raises(InputError, match="table nope"):
        demo_objects.run(
            [demo_objects.Statement("nope", "table", "SELECT * FROM main.people.nope")], genie, warehouse_id
        )


def test_the_inventory_joins_use_and_state(genie: GenieClient, own_ids: dict, tmp_path: Path) -> None:
    use = [{"space_id": "genie-space-18", "statements": 7, "users": 2, "failed": 1, "last_day": None, "cost": None}]
    lines = {line.title: line for line in inventory(genie, StateFile(tmp_path / "s.json").entries("own"), use)}
    assert (lines["Sales genie"].statements, lines["Sales genie"].owner) == (7, "ana.costa@northwind.example")
    assert (lines["Finance (draft)"].score or 0) < 50 < (lines["Lakeledger spend"].score or 0)


def test_set_up_from_the_app_is_on_record_and_for_admins_only(demo_home: Path, tmp_path: Path) -> None:
    from lib import spaces

    context = Context(load(home=demo_home, store_url=f"sqlite:///{tmp_path}/store.db"))
    made = spaces.plan(context)
    done = spaces.apply(context, made, typed="apply", now=lambda: datetime(2026, 6, 1, tzinfo=timezone.utc))
    assert done.exit_code == 0
    use = {"space_id": "genie-space-18", "statements": 7, "users": 2, "failed": 0, "last_day": None, "cost": None}
    rows = [use | {"workspace_id": "3482915067342118"}, use | {"workspace_id": "1", "statements": 9}]
    assert [line.statements for line in spaces.lines(context, rows) if line.title == "Sales genie"] == [7]
    found = events.search(context.store, events.Search(object_type="genie space"))
    assert {(event.who, event.result) for event in found} <= {(context.viewer.name, "done")}
    assert len(found) == len(made.changes)
    assert spaces.plan(context).exit_code == 0
    with pytest.raises(AccessError):
        spaces.apply(context.seen_by(Viewer("somebody", role=Role.VIEWER)), made)
    with pytest.raises(InputError):
        spaces.apply(context, made, typed="yes")


def test_behind_the_platform_the_space_is_asked_as_the_viewer(
    account: Running, own_ids: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lib import spaces
    from lib.demo.workspace.state import ANALYST

    for name, value in (("DATABRICKS_APP_NAME", "lakeledger"), ("DATABRICKS_HOST", account.host)):
        monkeypatch.setenv(name, value)
    account.put(acls={f"genie/{own_ids['lakeledger_spend']}": {ANALYST: "CAN_RUN"}})
    token = account.token_of(ANALYST, kind="obo", scopes=("genie", "sql"))
    context = Context(load(source="databricks", home=tmp_path)).seen_by(Viewer(ANALYST, token=token))
    account.forget()
    voice = spaces.voice(context)
    assert voice.live
    turn = finished(voice, voice.ask("Who spent most in the last 30 days?"))
    assert turn.rows is not None
    asked = [r["who"] for r in account.requests() if "/api/2.0/genie" in r["path"]]
    assert set(asked) == {ANALYST}
    assert voice.suggestions()[0] == "What did each product cost in the last 30 days?"

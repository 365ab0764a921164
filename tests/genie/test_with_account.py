"""Spaces over a real account: the loopback workspace with the small demo account and its ledger."""

import time
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
    """The turn when it is over; a statement on a warehouse takes the time it takes."""
    for _ in range(400):
        turn = talk.look(turn)
        if turn.status != "running":
            return turn
        time.sleep(0.05)
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


def test_demo_objects_are_made_once(account: Running, genie: GenieClient, warehouse_id: str) -> None:
    from lib.demo.workspace.state import ANALYST
    from lib.genie.model import Table

    genie.run("CREATE SCHEMA IF NOT EXISTS main.people", warehouse_id)
    assert demo_objects.status(genie, "main", "people")["total_missing"] == 8
    for _ in range(2):
        demo_objects.run(demo_objects.set_up("main", "people"), genie, warehouse_id)
    assert demo_objects.status(genie, "main", "people")["demo_setup_complete"]
    counted = [
        int(genie.run(f"SELECT COUNT(*) FROM main.people.{t}", warehouse_id)[0][0] or 0) for t in demo_objects.TABLES
    ]
    assert (sum(counted), counted) == (96, [8, 8, 30, 10, 10, 30])
    wanted = small(warehouse_id=warehouse_id, tables=(Table("main.people.sales"), Table("main.other.sales")))
    missing = online.check([wanted], genie)
    assert [(p.rule, "genie setup-demo -c main -s other" in p.message) for p in missing] == [("no-table", True)]
    analyst = GenieClient(account.host, {"token": account.token_of(ANALYST), "auth_type": "pat"})
    assert "no-access-table" in [p.rule for p in online.check([wanted], analyst)]
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


def test_the_whole_set_up_makes_views_and_spaces_that_answer(
    account: Running, genie: GenieClient, warehouse_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    import json

    from lib.cli.genie import main
    from lib.config import settings
    from lib.queries.catalogue import load as catalogue
    from lib.statements.views import VIEWS

    schema = "main.genie_views"
    genie.run(f"CREATE SCHEMA IF NOT EXISTS {schema}", warehouse_id)
    for name, relation in catalogue().relations.items():
        columns = ", ".join(f"{column.name} {column.type}" for column in relation.returns)
        genie.run(f"CREATE TABLE IF NOT EXISTS {schema}.{name} ({columns})", warehouse_id)
    for name, value in {"SOURCE": "databricks", "HOST": account.host, "TOKEN": account.token, "SCHEMA": schema,
                        "WAREHOUSE_ID": warehouse_id, "HOME": str(tmp_path)}.items():  # fmt: skip
        monkeypatch.setenv(f"LAKELEDGER_{name}", value)
    settings.cache_clear()

    def setup(*more: str) -> dict:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main(["setup", "--json", *more])
        assert not end.value.code, capsys.readouterr().out
        found: dict = json.loads(capsys.readouterr().out)
        return found

    try:
        planned = setup("--dry-run")
        assert {view["name"]: view["there"] for view in planned["views"]} == {
            f"{schema}.{name}": False for name in VIEWS
        }
        done = setup("--views", "--auto-approve")
        assert (done["applied"]["done"], done["applied"]["failed"]) == (len(done["plan"]["steps"]), 0)
        again = setup("--views", "--auto-approve")  # made twice is made once
        assert again["plan"]["counts"] == {"unchanged": 3}
        assert all(view["there"] for view in again["views"])
        with pytest.raises(SystemExit) as end:
            main(["ask", "Which queries should we look at first?", "--space", "lakeledger_tuning", "--json"])
        answer = json.loads(capsys.readouterr().out)
        assert (end.value.code, answer["by"], answer["rows"]) == (0, "genie space", [])
    finally:
        settings.cache_clear()
    for name in VIEWS:
        wanted = tuple(column.name for column in catalogue()[f"views/{name}"].returns)
        assert genie.columns(f"{schema}.{name}") == wanted
    tuning = next(s for s in own.spaces("main", "genie_views", warehouse_id) if s.space_id == "lakeledger_tuning")
    assert online.check([tuning], genie) == []
    made = next(step for step in done["applied"]["steps"] if step["logical_id"] == "lakeledger_tuning")
    talk = Conversation(genie, made["space_id"])
    for example in tuning.examples:
        turn = finished(talk, talk.ask("".join(example.question)))
        assert (turn.status, turn.error, turn.rows is not None) == ("done", "", True)


def test_cancel_stops_the_statement_as_soon_as_there_is_one(
    account: Running, genie: GenieClient, warehouse_id: str
) -> None:
    from lib.genie.model import Example, Table

    genie.run("CREATE SCHEMA IF NOT EXISTS main.talk", warehouse_id)
    genie.run("CREATE TABLE IF NOT EXISTS main.talk.slow (n INT)", warehouse_id)
    taught = Example(("How many are slow?",), ("SELECT COUNT(*) AS n FROM main.talk.slow",))
    space = small("slow", warehouse_id=warehouse_id, tables=(Table("main.talk.slow"),), examples=(taught,))
    talk = Conversation(genie, genie.create(planning.body_of(space)).space_id)
    assert finished(talk, talk.ask("How many are slow?")).rows.to_pylist() == [{"n": 0}]  # type: ignore[union-attr]
    account.options(statement_delay_s=60)
    try:
        turn = talk.cancel(talk.ask("How many are slow?"))
        assert (turn.status, turn.cancelling) == (
            "running",
            True,
        )  # there is nothing to stop yet, so it goes on looking
        turn = finished(talk, turn)
        assert (turn.status, turn.note) == ("cancelled", "Its statement was stopped on the warehouse.")
        said = genie.message(talk.space_id, turn.conversation_id, turn.message_id)
        for _ in range(100):
            if said.status.value != "EXECUTING_QUERY":
                break
            time.sleep(0.05)
            said = genie.message(talk.space_id, turn.conversation_id, turn.message_id)
        assert said.status.value == "CANCELLED"
    finally:
        account.options(statement_delay_s=0.0)


def test_questions_are_counted_from_conversations_of_the_period(
    account: Running, genie: GenieClient, warehouse_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from lib.demo.workspace.state import ANALYST, OPERATOR
    from lib.genie import questions

    space_id = genie.create(planning.body_of(small("asked", warehouse_id=warehouse_id))).space_id
    talk = Conversation(genie, space_id)
    turn = talk.ask("One?")
    talk.ask("Two?", turn.conversation_id)
    talk.ask("Three?")
    today = datetime.now(timezone.utc).date()
    day = timedelta(days=1)
    assert questions.asked(genie, space_id, today - day, today + day) == questions.Asked(3, 1)
    assert questions.asked(genie, space_id, today - 9 * day, today - 2 * day) == questions.Asked(0, 0)
    account.put(acls={f"genie/{space_id}": {ANALYST: "CAN_EDIT"}})
    analyst = GenieClient(account.host, {"token": account.token_of(ANALYST), "auth_type": "pat"})
    assert questions.asked(analyst, space_id, today - day, today + day) is None
    assert questions.asked(GenieClient(account.host, {"token": account.token_of(OPERATOR), "auth_type": "pat"}),
                           space_id, today - day, today + day) is None  # fmt: skip
    monkeypatch.setattr(questions, "MOST", 1)
    assert questions.asked(genie, space_id, today - day, today + day) == questions.Asked(1, 1, complete=False)
    lines = inventory(genie, {}, (), (today - day, today + day))
    assert next(line for line in lines if line.space_id == space_id).questions == 1

"""To whom things belong: tags of the things themselves, over an account by hand."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from lib.alerting.account import Watching
from lib.alerting.facts import AccountFacts
from lib.alerting.why import OWNER_TAGS
from lib.alerts.reading import Belongs, Group
from lib.spend.compare import AsOf
from lib.store import Store
from tests.account import Account, at, price, usage
from tests.alerts.account import rule

DAY = date(2026, 6, 10)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory):
    path: Path = tmp_path_factory.mktemp("account")
    tagged = {"owner": "ann@x.org", "team": "data"}
    account = Account(
        path,
        {
            "system.billing.usage": [
                usage(10, job_id="j1", run_as="robot-1", custom_tags=tagged),
                usage(1, job_id="j1", run_as="eve@x.org", custom_tags={"owner": "old@x.org"}),
                usage(5, job_id="j2", run_as="bob@x.org", custom_tags={"team": "web"}),
                usage(5, job_id="j3", run_as="robot-2"),
            ],
            "system.billing.list_prices": [price()],
        },
    )
    store = Store.open(f"sqlite:///{path / 'state.db'}")
    until = AsOf(DAY, DAY, DAY + timedelta(days=2))
    watching = Watching(store, until, "team", owner_tags=OWNER_TAGS)
    yield AccountFacts(account.warehouse, DAY - timedelta(days=30), DAY + timedelta(days=1), watching=watching)
    store.close()


@pytest.mark.parametrize(
    ("job", "whose"),
    [
        ("j1", Belongs("ann@x.org", "data", "robot-1")),
        ("j2", Belongs("", "web", "bob@x.org")),
        ("j3", Belongs("", "", "robot-2")),
        ("unknown", Belongs()),
    ],
)
def test_a_job_belongs_to_who_its_tag_names_behind_most_of_its_cost(facts, job, whose):
    assert facts.belongs(rule("job", amount=1), Group(f"ws1/{job}"), DAY, DAY + timedelta(days=1)) == whose


def test_a_run_belongs_to_its_job_and_an_anomaly_to_its_series(facts):
    span = (DAY, DAY + timedelta(days=1))
    assert facts.belongs(rule("run", amount=1), Group("ws1/j1/r9"), *span).owner == "ann@x.org"
    assert facts.belongs(rule("anomaly"), Group(f"job:j2@ws1/{DAY}"), *span).team == "web"
    assert facts.belongs(rule("anomaly"), Group(f"tag:team=data/{DAY}"), *span).team == "data"
    assert facts.belongs(rule("spend", amount=1, by="owner"), Group("ann@x.org"), *span).owner == "ann@x.org"
    assert facts.belongs(rule("spend", amount=1, by="tag:team"), Group("web"), *span).team == "web"


def test_what_is_spent_is_taken_apart_exactly(facts):
    parts = facts.drivers(rule("job", amount=1), Group("ws1/j1"), DAY, DAY + timedelta(days=1))
    assert [(part.name, float(part.cost)) for part in parts] == [("PREMIUM_JOBS_COMPUTE", pytest.approx(11 * 0.15))]
    parts = facts.drivers(rule("untagged", subject="team", percent=0.1), Group(""), DAY, DAY + timedelta(days=1))
    assert [part.name for part in parts] == ["robot-2", "eve@x.org"]


def test_a_statement_belongs_to_its_warehouse_which_is_not_asked_for_twice(tmp_path: Path, monkeypatch):
    sent = {
        "account_id": "acc-1", "workspace_id": "ws1", "statement_id": "s1", "start_time": at("2026-06-10 10:00"),
        "end_time": at("2026-06-10 10:30"), "update_time": at("2026-06-10 10:30"), "total_duration_ms": 1_800_000,
        "compute": {"type": "WAREHOUSE", "warehouse_id": "w1"}, "execution_status": "FINISHED",
    }  # fmt: skip
    account = Account(
        tmp_path,
        {
            "system.billing.usage": [
                usage(10, billing_origin_product="SQL", warehouse_id="w1", custom_tags={"team": "web"})
            ],
            "system.billing.list_prices": [price()],
            "system.query.history": [sent],
        },
    )
    store = Store.open(f"sqlite:///{tmp_path / 'state.db'}")
    watching = Watching(store, AsOf(DAY, DAY, DAY + timedelta(days=2)), "team", owner_tags=OWNER_TAGS)
    span = (DAY, DAY + timedelta(days=1))
    facts = AccountFacts(account.warehouse, DAY - timedelta(days=30), span[1], watching=watching)
    long = rule("statement", hours=0.1)
    assert facts.belongs(long, Group("ws1/s1"), *span).team == "web", "asked for by its id"
    facts = AccountFacts(account.warehouse, DAY - timedelta(days=30), span[1], watching=watching)
    (told,) = facts.statements(long, *span)
    monkeypatch.setattr(facts, "fetch", None)
    assert facts.belongs(long, told.group, *span).team == "web"
    store.close()

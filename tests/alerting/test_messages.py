"""Every kind of alert over the small demo account: it can be tried on 90 days, and its message says all that a reader needs."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from lib.alerting.rounds import last_day, round_of_alerts, try_out
from lib.alerting.routes import DEFAULT, Route, owner_words, receivers, routes, save_route
from lib.alerting.rules import save_rule
from lib.alerts.kinds import KINDS
from lib.alerts.reading import Belongs
from lib.alerts.rule import parse
from lib.config import load
from lib.context import Context
from lib.errors import InputError
from lib.notifications import Notice
from lib.spend.budget import Plan
from lib.spend.formatting import period_words
from lib.store import alerts as kept
from lib.store import outbox
from lib.store import watch as stored
from tests.alerts.account import rule

APP = "https://app.example"
RULES = {
    "spend": {"by": "workspace", "amount": "20"},
    "job": {"amount": "5"},
    "run": {"amount": "5"},
    "statement": {"hours": 0.1},
    "job_change": {"percent": 0.05},
    "budget": {},
    "anomaly": {"severity": "info"},
    "failures": {"amount": "0.01", "by": "job", "window": "month"},
    "untagged": {"subject": "team", "percent": 0.001},
    "idle": {"hours": 0.2},
    "freshness": {"hours": 1},
    "forecast": {"amount": "1"},
    "new_group": {"by": "owner", "amount": "0.01", "window": "month"},
}
PAGES = {"spend": "explorer", "job": "job", "run": "run", "statement": "statement", "job_change": "job", "budget": "budgets",
         "anomaly": "anomaly", "failures": "job", "untagged": "explorer", "idle": "cluster", "freshness": "trust",
         "forecast": "forecast", "new_group": "explorer"}  # fmt: skip


@pytest.fixture(scope="module")
def context(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Context]:
    state = tmp_path_factory.mktemp("store") / "state.db"
    made = Context(
        load(
            source="demo", home=demo_home, store_url=f"sqlite:///{state}", app_url=APP,
            channels={"hook": "webhook:http://127.0.0.1:9/x"},
        )
    )  # fmt: skip
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def now(context: Context) -> datetime:
    return datetime.combine(last_day(context) + timedelta(days=2), time(12), timezone.utc)


@pytest.fixture(scope="module")
def told(context: Context, now: datetime) -> dict[str, list[Notice]]:
    """Messages of one round of a rule of each kind, by kind."""
    stored.save_budget(
        context.store, stored.Budget("All", "total", Plan(Decimal(10)), owner="ann@example.com"), "ann", now
    )
    for kind, values in RULES.items():
        save_rule(context, rule(kind, name=kind, channels=("hook",), to_owner=True, **values), now)
    done = round_of_alerts(context, now)
    assert done.problems == []
    found: dict[str, list[Notice]] = {kind: [] for kind in KINDS}
    for message in outbox.search(context.store, limit=100_000):
        notice = Notice.from_json(message.body)
        found[dict(notice.facts)["Rule"]].append(notice)
    return found


def test_there_is_a_rule_for_every_kind():
    assert set(RULES) == set(PAGES) == set(KINDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("anomaly", "new_group", "job_change")])
def test_a_message_says_amount_base_why_owner_and_where_to_look(told, kind: str):
    assert told[kind], f"the rule of kind {kind} told nothing"
    _complete(told[kind], kind)


@pytest.mark.parametrize("kind", ["anomaly", "new_group", "job_change"])
def test_kinds_that_need_a_special_day_say_the_same(context: Context, told, kind: str):
    """On the newest day such a thing need not be there: the last one that a trial finds is told instead."""
    if not told[kind]:
        made = rule(kind, name=f"{kind} once", channels=("hook",), to_owner=True, **RULES[kind])
        days = try_out(context, made).told
        assert days, f"the demo account has nothing of kind {kind}"
        from lib.alerting.facts import AccountFacts
        from lib.alerting.messages import teller
        from lib.alerting.rounds import _watching
        from lib.alerts.evaluate import Due
        from lib.alerts.kinds.kind import Moment
        from lib.alerts.machine import State, Step

        last = days[-1]
        facts = AccountFacts(
            context.warehouse, last.day - timedelta(days=60), last.day + timedelta(days=1), watching=_watching(context)
        )
        moment = Moment(last.day, datetime.combine(last.day + timedelta(days=2), time(12), timezone.utc))
        step = Step(
            State("firing", last.reading.level, last.reading.period, told_level=last.reading.level), "fired", True
        )
        teller(context.store, facts, moment, APP)(Due("once", made, last.reading, step))
        notices = [Notice.from_json(m.body) for m in outbox.search(context.store, limit=100_000)]
        told[kind] = [notice for notice in notices if dict(notice.facts)["Rule"] == made.name]
    _complete(told[kind], kind)


def _complete(notices: list[Notice], kind: str) -> None:
    for notice in notices:
        facts = dict(notice.facts)
        assert {"Amount", "Base", "Limit", "Period", "Owner"} <= set(facts)
        assert facts["Amount"].startswith("$") or kind in ("freshness", "statement", "idle"), facts
        assert notice.summary
        assert notice.as_of
        link = urlsplit(notice.link)
        assert f"{link.scheme}://{link.netloc}" == APP
        assert link.path == f"/{PAGES[kind]}"
        assert parse_qs(urlsplit(notice.mute_link).query)["act"] == ["mute"]
        assert urlsplit(notice.alert_link).path == "/alerts"
        assert len(notice.reasons) <= 3
    assert any(notice.reasons for notice in notices), f"no message of kind {kind} says why"
    assert all(notice.reasons for notice in notices[:5])


def test_links_carry_the_days_of_the_alert(told):
    query = parse_qs(urlsplit(told["job"][0].link).query)
    start, end = (date.fromisoformat(query[name][0]) for name in ("from", "to"))
    assert dict(told["job"][0].facts)["Period"] == period_words(start, end)
    assert query["job_id"]
    assert query["workspace_id"]
    month = parse_qs(urlsplit(told["failures"][0].link).query)
    assert month["from"][0].endswith("-01")


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_tried_on_the_past_90_days(context: Context, kind: str):
    tried = try_out(context, rule(kind, **RULES[kind]))
    assert tried.words().startswith(("Would have fired", "Would not have fired in the 90 days"))
    assert all(tried.start <= one.day < tried.end for one in tried.told)


def test_owner_then_team_then_default():
    made = rule("spend", amount=1, channels=("hook",), to_owner=True)
    known = {"data": Route(("data@x.org",), ("slack-data",)), DEFAULT: Route(("finops@x.org",))}
    assert list(receivers(made, Belongs("ann@x.org", "data", "bob@x.org"), known)) == [("hook", "ann@x.org")]
    assert list(receivers(made, Belongs("", "data", "bob@x.org"), known)) == [("slack-data", "data@x.org")]
    assert list(receivers(made, Belongs("", "web", "bob@x.org"), known)) == [("hook", "bob@x.org")]
    assert list(receivers(made, Belongs("", "web", "4f6c-principal"), known)) == [("hook", "finops@x.org")]
    assert list(receivers(made, Belongs(), {})) == [("hook", "")]
    both = made.model_copy(update={"recipients": ("cfo@x.org",)})
    assert list(receivers(both, Belongs("ann@x.org"), known)) == [("hook", "ann@x.org"), ("hook", "cfo@x.org")]
    assert list(receivers(both, Belongs(), {})) == [("hook", "cfo@x.org")]
    teams = rule("spend", amount=1, team="data")
    assert list(receivers(teams, Belongs(), known)) == [("slack-data", "data@x.org")]
    assert owner_words(Belongs("", "data", "bob@x.org")) == "bob@x.org, team data"


def test_routes_are_kept_and_on_record(context: Context, now: datetime):
    save_route(context, "data", Route(("data@x.org",)), now)
    save_route(context, DEFAULT, Route(("finops@x.org",), ("hook",)), now)
    assert routes(context.store) == {"data": Route(("data@x.org",)), DEFAULT: Route(("finops@x.org",), ("hook",))}
    save_route(context, "data", None, now)
    assert set(routes(context.store)) == {DEFAULT}
    with pytest.raises(InputError, match="no channel"):
        save_route(context, "web", Route((), ("nowhere",)), now)
    with pytest.raises(InputError, match="recipient or a channel"):
        save_route(context, "web", Route(), now)
    save_route(context, DEFAULT, None, now)


def test_a_teams_rule_watches_only_what_carries_its_tag(context: Context):
    whole = try_out(context, rule("job", amount="0.01"), days=10)
    rows = {row.key.partition("=")[2] for row in _teams(context)}
    assert rows
    team = min(rows)
    part = try_out(context, rule("job", amount="0.01", team=team), days=10)
    assert 0 < len(part.told) < len(whole.told)
    assert {one.reading.group.key for one in part.told} <= {one.reading.group.key for one in whole.told}


def _teams(context: Context):
    from lib.spend.filters import Filters
    from lib.spend.period import Period
    from lib.watch.daily import read

    until = context.as_of
    daily = read(context.warehouse, Filters(Period(until.today - timedelta(days=1), until.today)), until, "team")
    return [key for key in daily.keys if key.kind == "tag"]


def test_a_persons_own_rule_uses_their_own_limits_of_anomalies(context: Context, now: datetime):
    from lib.spend.anomaly import Sensitivity
    from lib.watch import desk

    made = rule("anomaly", severity="info")
    usual = try_out(context, made).told
    desk.save_sensitivity(context.store, "ann", Sensitivity(9, 9.5, 10, 1e6, 5), now)
    assert len(try_out(context, made, user="ann").told) == 0 < len(usual)
    assert [one.day for one in try_out(context, made, user="bob").told] == [one.day for one in usual]


def test_rows_of_the_store_stay_readable(context: Context):
    assert all(parse(row.body).name == row.name for row in kept.all_rules(context.store))

"""Reports that are sent by themselves: due once, kept with their files, equal to the pages."""

import io
import threading
import zipfile
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from lib.config import load
from lib.context import Context
from lib.errors import InputError
from lib.jobs.table import jobs
from lib.reporting.making import make
from lib.reporting.plan import KINDS, parse
from lib.reporting.rounds import round_of_reports, send_now
from lib.reporting.rules import save_plan
from lib.spend.budget import Plan
from lib.store import outbox
from lib.store import reports as kept
from lib.store import watch as stored
from tests.conftest import TODAY

NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)  # a Friday
MONDAY = datetime(2026, 11, 23, 7, tzinfo=timezone.utc)
LISTS = {"queries", "query_findings", "clusters", "sql_warehouses", "recommendations"}
HOUR = timedelta(hours=1)
WEEKLY = {"name": "Weekly jobs", "kind": "jobs", "when": "weekly", "period": "last_7"}


@pytest.fixture
def context(demo_home: Path, tmp_path: Path) -> Context:
    settings = load(
        source="demo", home=demo_home, store_url=f"sqlite:///{tmp_path / 'state.db'}",
        channels={"team": "webhook:http://127.0.0.1:9/x"},
    )  # fmt: skip
    return Context(settings, today=lambda: TODAY)


def saved(context: Context, plan: str) -> kept.PlanRow:
    return next(row for row in kept.all_plans(context.store) if row.id == plan)


def test_its_total_is_the_pages_total_and_its_files_say_so(context):
    plan = parse(WEEKLY)
    made = make(context, plan, TODAY)
    view = jobs(context.warehouse, plan.filters(TODAY), context.as_of, context.thresholds)
    assert made.total == view.cards.total_cost > 0
    assert made.pdf.startswith(b"%PDF")
    assert made.csv.decode("utf-8-sig").count("\n") == made.records + 1


def test_the_month_in_cost_adds_up(context):
    from lib.explorer.overview import overview

    plan = parse({"name": "Month", "kind": "executive", "period": "last_month"})
    made = make(context, plan, TODAY)
    assert float(made.total) == pytest.approx(overview(context.warehouse, made.filters, context.as_of).total_cost)
    assert made.pdf.startswith(b"%PDF")


@pytest.mark.parametrize("then", ["", "workspace"])
def test_the_explorers_view_has_its_total_to_the_cent(context, then):
    from lib.explorer.by import spend

    plan = parse({"name": "Spend", "kind": "explorer", "by": "product", "then": then, "period": "last_30"})
    made = make(context, plan, TODAY)
    shown = spend(context.warehouse, made.filters, ("product", then) if then else ("product",)).frame
    assert float(made.total) == pytest.approx(shown["total_cost"].sum(), abs=1e-6)
    assert made.records == len(shown)
    assert made.csv.decode("utf-8-sig").count("\n") == made.records + 1


def test_forecast_anomalies_and_budgets_are_those_of_the_pages(context):
    from lib.watch.daily import TOTAL, read
    from lib.watch.outlook import outlook

    ahead = make(context, parse({"name": "F", "kind": "forecast"}), TODAY)
    daily = read(context.warehouse, ahead.filters, context.as_of, "team")
    assert float(ahead.total) == pytest.approx(outlook(daily, TOTAL, 30).made.total[0], rel=1e-6)
    assert ahead.records == 30
    odd = make(context, parse({"name": "A", "kind": "anomalies", "period": "last_30"}), TODAY)
    assert odd.records == len(odd.frame) > 0
    assert b"severity" in odd.csv
    none = make(context, parse({"name": "B", "kind": "budgets"}), TODAY)
    assert (none.total, none.records) == (None, 0)
    stored.save_budget(context.store, stored.Budget("All", "total", Plan(Decimal(1000))), "ann", NOW)
    some = make(context, parse({"name": "B", "kind": "budgets"}), TODAY)
    assert some.records == 1
    assert some.total > 0


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_makes_three_files_and_says_when_there_is_nothing(context, kind):
    body = {"name": kind, "kind": kind, "period": "last_7", "workspace_id": "1", "job_id": "2"}
    none = {"workspaces": ["none of them"]} if kind in LISTS else {"tag": "team=nobody at all"}
    if kind != "job":
        made = make(context, parse(body | none), TODAY)
        assert (made.total is None) == (kind != "recommendations")  # these go by the whole account, as on their page
        assert made.pdf.startswith(b"%PDF")
        assert zipfile.is_zipfile(io.BytesIO(made.excel))
        assert made.csv


def test_a_period_without_usage_says_so(context):
    plan = parse(WEEKLY | {"job_name": "no such job"})
    made = make(context, plan, TODAY)
    assert (made.total, made.records) == (None, 0)
    row = saved(context, save_plan(context, plan, NOW))
    from lib.reporting.rounds import notice_of

    assert "Nothing was used" in notice_of(context, row, plan, made).summary


def test_due_once_and_not_twice_and_kept(context):
    save_plan(context, parse(WEEKLY | {"channels": ["team"], "recipients": ["a@x.io", "b@x.io"]}), NOW)
    assert round_of_reports(context, NOW + HOUR) == ""
    assert round_of_reports(context, MONDAY) == "1 report made"
    assert round_of_reports(context, MONDAY + HOUR) == ""
    (run,) = kept.runs(context.store)
    assert (run.due, run.messages, run.error) == (MONDAY, 2, "")
    files = kept.files(context.store, run.id)
    assert list(files) == ["pdf", "csv", "excel"]
    assert files["pdf"].startswith(b"%PDF")
    assert zipfile.is_zipfile(io.BytesIO(files["excel"]))
    messages = outbox.search(context.store)
    assert sorted(message.recipient for message in messages) == ["a@x.io", "b@x.io"]
    assert [file.media_type for file in outbox.files(context.store, messages[0].id)] == ["application/pdf", "text/csv"]


def test_after_a_long_sleep_only_the_newest_is_made(context):
    save_plan(context, parse(WEEKLY), NOW)
    round_of_reports(context, MONDAY + timedelta(days=28, hours=1))
    assert [run.due for run in kept.runs(context.store)] == [MONDAY + timedelta(days=28)]


def test_two_processes_make_it_once(context):
    save_plan(context, parse(WEEKLY | {"channels": ["team"]}), NOW)
    others = [Context(context.settings, today=lambda: TODAY) for _ in range(2)]
    problems: list[Exception] = []

    def work(mine: Context) -> None:
        try:
            round_of_reports(mine, MONDAY)
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(kept.runs(context.store)) == len(outbox.search(context.store)) == 1


def test_one_that_cannot_be_made_is_kept_with_its_reason(context):
    plan = {"name": "Gone", "kind": "job", "workspace_id": "1", "job_id": "2", "when": "daily"}
    save_plan(context, parse(plan), NOW)
    round_of_reports(context, MONDAY)
    (run,) = kept.runs(context.store)
    assert run.error
    assert kept.files(context.store, run.id) == {}


def test_the_clock_of_a_zone_on_both_days_it_changes():
    berlin = parse(WEEKLY | {"when": "30 2 * * *", "zone": "Europe/Berlin"}).schedule
    spring = berlin.after(datetime(2026, 3, 28, 12, tzinfo=timezone.utc))
    autumn = berlin.after(datetime(2026, 10, 24, 12, tzinfo=timezone.utc))
    assert spring == datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)  # 02:30 does not exist: the moment after the gap
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)  # 02:30 comes twice: the first time
    assert berlin.after(autumn) == datetime(2026, 10, 26, 1, 30, tzinfo=timezone.utc)


def test_send_now_is_besides_the_schedule(context):
    row = saved(context, save_plan(context, parse(WEEKLY), NOW))
    made = send_now(context, row, NOW + HOUR)
    assert [run.id for run in kept.runs(context.store)] == [made]
    assert round_of_reports(context, MONDAY) == "1 report made"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"when": "at noon"}, "cron"),
        ({"zone": "Mars/Base"}, "time zone"),
        ({"period": "whenever"}, "period"),
        ({"kind": "job"}, "workspace_id"),
        ({"cost_min": "9", "cost_max": "1"}, "lowest"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_plan_that_cannot_be_used_names_the_field(values, named):
    with pytest.raises(InputError, match=named):
        parse(WEEKLY | values)


def test_a_channel_that_is_not_there_is_refused(context):
    with pytest.raises(InputError, match="no channel pager"):
        save_plan(context, parse(WEEKLY | {"channels": ["pager"]}), NOW)


def sent(context, row, at):
    made = send_now(context, row, at)
    return next(run for run in kept.runs(context.store) if run.id == made)


def test_days_are_those_of_the_page_while_newer_usage_is_still_to_come(context):
    newest = context.as_of.today
    row = saved(context, save_plan(context, parse(WEEKLY | {"period": "last_7"}), NOW))
    for late in (0, 1, 3):
        at = datetime.combine(newest + timedelta(days=late), time(12, late), timezone.utc)
        made = sent(context, row, at)
        shown = parse(WEEKLY | {"period": "last_7"}).filters(newest)
        assert (made.start_date, made.end_date) == (shown.period.start, shown.period.end)
        view = jobs(context.warehouse, shown, context.as_of, context.thresholds)
        assert float(made.total) == pytest.approx(float(view.cards.total_cost))


def test_the_day_is_that_of_the_reports_own_clock(context):
    monday = parse(WEEKLY | {"zone": "Asia/Tokyo", "period": "last_week"})
    row = saved(context, save_plan(context, monday, NOW))
    newest = context.as_of.today
    sunday = newest - timedelta(days=newest.isoweekday() % 7)
    at = datetime.combine(sunday, time(22), timezone.utc)  # Monday at seven in Tokyo
    made = sent(context, row, at)
    assert made.end_date == sunday + timedelta(days=1)

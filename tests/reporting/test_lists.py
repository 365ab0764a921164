"""Reports of lists that narrow themselves: their totals and rows are those of their pages."""

from pathlib import Path

import pytest

from lib import operate
from lib.clusters.fleet import fleet, sums, window
from lib.clusters.narrowed import narrowed, narrowed_warehouses, rows, warehouses_left
from lib.clusters.warehouses import warehouses
from lib.config import load
from lib.context import Context, utc_now
from lib.errors import InputError
from lib.jobs.table import SETTING
from lib.recommendations.lifecycle import open_savings
from lib.reporting.made import Made
from lib.reporting.making import make
from lib.reporting.plan import parse
from lib.reports.content import Cards
from lib.statements.findings import findings
from lib.statements.monitor import standing
from lib.statements.overview import glance, rollup, top
from lib.statements.shapes import fingerprints
from lib.statements.tracking import views
from lib.store import configs
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def context(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Context:
    at = tmp_path_factory.mktemp("lists") / "state.db"
    return Context(load(source="demo", home=demo_home, store_url=f"sqlite:///{at}"), today=lambda: TODAY)


def made_of(context: Context, kind: str, narrow: str = "", **more: object) -> Made:
    return make(context, parse({"name": kind, "kind": kind, "period": "last_30", "narrow": narrow} | more), TODAY)


def lines(made: Made) -> int:
    return made.csv.decode("utf-8-sig").count("\n") - 1


@pytest.mark.parametrize("view", ["fingerprints", "time", "cost", "waste", "failures", "rollup"])
def test_queries_cost_what_the_first_card_of_their_page_says(context: Context, view: str) -> None:
    made = made_of(context, "queries", f"view={view}")
    assert float(made.total or 0) == pytest.approx(glance(context.warehouse, made.filters, context.as_of).bill.billed)
    if view == "fingerprints":
        shown = fingerprints(context.warehouse, made.filters, context.as_of).table
        assert made.records == len(shown) == lines(made) > 0
        assert made.frame["cost"].sum() == pytest.approx(shown["cost"].sum())
    if view in ("time", "cost", "waste"):
        assert list(made.frame["statement_id"]) == list(top(context.warehouse, made.filters, view)["statement_id"])
    assert made.pdf.startswith(b"%PDF")


def test_queries_of_an_owner_cost_what_their_statements_used(context: Context) -> None:
    everybody = made_of(context, "queries", "view=cost")
    owner = str(everybody.frame["executed_by"].iloc[0])
    made = made_of(context, "queries", "view=cost", owners=[owner])
    used = glance(context.warehouse, made.filters, context.as_of).bill.used
    assert float(made.total or 0) == pytest.approx(used)
    assert 0 < float(made.total or 0) < float(everybody.total or 0)
    (section,) = made.content.sections
    cards = [card for block in section.blocks if isinstance(block, Cards) for card in block.cards]
    assert [card.label for card in cards] == ["Used", "Statements"]


def test_queries_rolled_up_by_people(context: Context) -> None:
    made = made_of(context, "queries", "view=rollup&by=user")
    shown = rollup(context.warehouse, made.filters, "user", context.query_thresholds)
    assert list(made.frame["runs"]) == list(shown["runs"]) != []


@pytest.mark.parametrize("view", ["all", "quick", "measured", "text", "small", "decided"])
def test_query_findings_save_what_the_card_says(context: Context, view: str) -> None:
    made = made_of(context, "query_findings", f"view={view}")
    filters = parse({"name": "x", "period": "last_30"}).filters(TODAY)
    found = findings(context.warehouse, filters, context.as_of, context.query_thresholds)
    shown = views(operate.track(context, found.found, statements=True))
    (saved,) = open_savings(shown["all"])[1]
    assert made.total == saved.high > 0
    assert made.records == len(shown[view])
    assert "save" in made.said
    assert made.filters.period == found.period


def test_findings_of_one_person(context: Context) -> None:
    every = made_of(context, "query_findings")
    people = [t.found.facts["user"] for t in _findings(context) if t.found and t.found.facts.get("user")]
    mine = made_of(context, "query_findings", f"user={people[0]}")
    assert 0 < mine.records == people.count(people[0]) < every.records
    assert mine.total == every.total


def _findings(context: Context):  # type: ignore[no-untyped-def]
    filters = parse({"name": "x", "period": "last_30"}).filters(TODAY)
    found = findings(context.warehouse, filters, context.as_of, context.query_thresholds)
    return views(operate.track(context, found.found, statements=True))["all"]


@pytest.mark.parametrize("narrow", ["", "state=RUNNING", "idle=yes", "found=yes", "q=etl", "kind=all", "policy=none"])
def test_a_view_of_clusters_is_the_page(context: Context, narrow: str) -> None:
    made = made_of(context, "clusters", narrow)
    name, _, value = narrow.partition("=")
    over = window(made.filters, context.as_of, *([()] if narrow == "kind=all" else []))
    now = operate.live_fleet(context, fleet(context.warehouse, over))
    counts: dict[tuple[str, str], int] = {}
    for item in operate.recommendations(context)[0]:
        if item.found and item.found.object_type == "cluster" and item.state in ("open", "accepted"):
            key = (item.found.workspace_id, item.found.object_id)
            counts[key] = counts.get(key, 0) + 1
    shown = rows(now, narrowed({name: [value]}), counts)
    assert list(made.frame["cluster_id"]) == list(shown["cluster_id"])
    month = sums(shown).month_cost
    assert made.total is None if month is None else float(made.total or 0) == pytest.approx(month)
    assert lines(made) == made.records
    assert (made.filters.period.start, made.filters.period.end) == (over.start, over.end)


@pytest.mark.parametrize("narrow", ["", "state=RUNNING", "q=bi"])
def test_sql_warehouses_cost_what_their_list_says(context: Context, narrow: str) -> None:
    made = made_of(context, "sql_warehouses", narrow)
    name, _, value = narrow.partition("=")
    known = warehouses(context.warehouse, window(made.filters, context.as_of, ()))
    by = narrowed_warehouses({name: [value]})
    shown = warehouses_left(operate.live_warehouses(context, known), by).rows
    assert sorted(made.frame["warehouse_id"]) == sorted(shown["warehouse_id"])
    assert float(made.total or 0) == pytest.approx(shown["total_cost"].sum())
    assert lines(made) == made.records


def test_recommendations_save_what_the_card_says(context: Context) -> None:
    made = made_of(context, "recommendations")
    shown, _ = operate.recommendations(context)
    (saved,) = open_savings(shown)[1]
    assert made.total == saved.high > 0
    assert made.records == sum(t.state == "open" for t in shown) == lines(made)
    assert made_of(context, "recommendations", "state=dismissed").records == 0
    kind = next(t.key.partition("/")[0] for t in shown)
    mine = made_of(context, "recommendations", f"state=all&kind={kind}")
    assert 0 < mine.records == sum(t.key.startswith(f"{kind}/") for t in shown)
    assert ("The list", f"state all, kind {kind}") in mine.content.filters_in_words


def test_what_a_page_does_not_narrow_by_is_not_said_of_it(context: Context) -> None:
    made = made_of(context, "clusters", tag="team=data", owners=["ann"])
    assert [name for name, _ in made.content.filters_in_words] == ["Period"]


@pytest.mark.parametrize(
    ("kind", "narrow", "named"),
    [
        ("clusters", "colour=red", "cannot be narrowed by colour"),
        ("clusters", "idle=no", "cannot be narrowed by idle"),
        ("queries", "view=then", "cannot be narrowed by view"),
        ("jobs", "state=RUNNING", "cannot be narrowed"),
        ("clusters", "running", "narrows nothing"),
    ],
)
def test_a_narrowing_that_is_not_the_pages_is_refused(kind: str, narrow: str, named: str) -> None:
    with pytest.raises(InputError, match=named):
        parse({"name": "x", "kind": kind, "narrow": narrow})


def test_what_stands_out_is_that_of_the_day_on_which_the_report_is_made(context: Context) -> None:
    made = made_of(context, "queries", "view=now")
    known = standing(context.warehouse, made.filters, context.as_of, context.query_thresholds)
    shown, _ = operate.standing_now(context, known, made.filters)
    assert list(made.frame["statement_id"]) == [item.facts["statement_id"] for item in shown]
    assert lines(made) == made.records > 0


@pytest.mark.parametrize(
    ("kind", "narrow", "column", "down"),
    [
        ("clusters", "sort=-idle_cost", "idle_cost", True),
        ("clusters", "sort=name&as=cards", "name", False),
        ("sql_warehouses", "sort=name", "name", False),
        ("queries", "view=time&sort=-spill_gib", "spill_gib", True),
        ("query_findings", "sort=-saving_words", "saving_high", True),
        ("recommendations", "sort=name", "name", False),
    ],
)
def test_a_report_keeps_the_order_of_the_list(
    context: Context, kind: str, narrow: str, column: str, down: bool
) -> None:
    made, usual = made_of(context, kind, narrow), made_of(context, kind, narrow.partition("sort=")[0].rstrip("&"))
    known = [value for value in made.frame[column] if value == value and value is not None]
    assert known == sorted(known, key=lambda v: v.casefold() if isinstance(v, str) else v, reverse=down)
    assert len(made.frame) == len(usual.frame) > 1
    assert made.total == usual.total
    assert made.pdf.startswith(b"%PDF")


def test_the_cards_layout_is_on_paper_with_the_same_clusters(context: Context) -> None:
    made = made_of(context, "clusters", "as=cards&sort=-idle_cost")
    (section,) = made.content.sections
    cards = [card for block in section.blocks[1:] if isinstance(block, Cards) for card in block.cards]
    assert [card.label for card in cards] == list(made.frame["name"])
    assert not made.content.tables


def test_a_column_that_the_list_does_not_have_leaves_it_as_it_is(context: Context) -> None:
    made = made_of(context, "clusters", "sort=-colour")
    assert list(made.frame["cluster_id"]) == list(made_of(context, "clusters").frame["cluster_id"])


def test_files_of_jobs_have_the_costliest_first_as_the_page_does(context: Context) -> None:
    costs = [cost for cost in made_of(context, "jobs").frame["total_cost"] if cost is not None]
    assert len(costs) > 2
    assert costs == sorted(costs, reverse=True)


def test_jobs_are_marked_by_what_the_person_set(context: Context) -> None:
    usual = made_of(context, "jobs").content.tables[-1].note
    configs.put(context.store, SETTING, {"over": "7", "rise": "0.25"}, utc_now(), user=context.viewer.name)
    mine = made_of(context, "jobs").content.tables[-1].note
    configs.put(context.store, SETTING, None, utc_now(), user=context.viewer.name)
    assert "$7.00 or more, or a rise of 25\N{NO-BREAK SPACE}%" in mine
    assert made_of(context, "jobs").content.tables[-1].note == usual != mine

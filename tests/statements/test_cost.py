"""Cost of statements: parts of each billed hour that add up to the bill, to the cent, whatever ran when."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal as D
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.queries.catalogue import load, parse_query
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from lib.statements.overview import overview, top
from lib.statements.shown import over_the_edge
from lib.statements.unbilled import said, with_states
from tests.account import ALL, Account, price, usage
from tests.same import assert_same

START = datetime(2026, 6, 10, tzinfo=timezone.utc)
SQL = {"billing_origin_product": "SQL", "sku_name": "PREMIUM_SERVERLESS_SQL_COMPUTE", "is_serverless": True}
PRICES = [price("0.70", sku_name=SQL["sku_name"]), price("0.35", sku_name="PREMIUM_JOBS_SERVERLESS_COMPUTE")]


def bill(hour: float, quantity: object = 12, warehouse: str = "w1", **values: Any) -> dict[str, Any]:
    start = START + timedelta(hours=hour)
    return usage(quantity, start=f"{start:%Y-%m-%d %H:%M}", warehouse_id=warehouse, **SQL, **values)


SERVERLESS: dict[str, dict[str, Any]] = {
    "run": {
        "compute": {"type": "SERVERLESS_COMPUTE"},
        "query_source": {"job_info": {"job_id": "j1", "job_run_id": "r1"}},
    },
    "notebook": {"compute": {"type": "SERVERLESS_COMPUTE"}, "query_source": {"notebook_id": "n1"}},
}
"""Statements on no warehouse: of a serverless job's run, of a serverless notebook."""


def billed(hour: float, quantity: object, of: str) -> dict[str, Any]:
    """A bill of a warehouse, or of what `SERVERLESS` names."""
    start = f"{START + timedelta(hours=hour):%Y-%m-%d %H:%M}"
    if of == "run":
        return usage(
            quantity, start=start, sku_name=PRICES[1]["sku_name"], is_serverless=True, job_id="j1", job_run_id="r1"
        )
    if of == "notebook":
        return usage(
            quantity,
            start=start,
            sku_name=SQL["sku_name"],
            billing_origin_product="INTERACTIVE",
            is_serverless=True,
            notebook_id="n1",
        )
    return bill(hour, quantity, of)


def ran(number: int, second: float, seconds: float, task_s: float, **values: Any) -> dict[str, Any]:
    begin = START + timedelta(seconds=second)
    return {
        "account_id": "acc-1", "workspace_id": "ws1", "statement_id": f"s{number}", "execution_status": "FINISHED",
        "compute": {"type": "WAREHOUSE", "warehouse_id": values.pop("warehouse", "w1")}, "executed_by": "ann@example.com",
        "statement_text": f"SELECT a FROM t WHERE b = {number}", "statement_type": "SELECT", "start_time": begin,
        "end_time": begin + timedelta(seconds=seconds), "update_time": begin + timedelta(seconds=seconds + 1),
        "total_duration_ms": int(seconds * 1000), "total_task_duration_ms": int(task_s * 1000), "query_source": {},
        "query_tags": {}, "from_result_cache": False,
    } | values  # fmt: skip


def event(second: float, kind: str, clusters: int, warehouse: str = "w1") -> dict[str, Any]:
    return {
        "account_id": "acc-1", "workspace_id": "ws1", "warehouse_id": warehouse, "event_type": kind, "cluster_count": clusters,
        "event_time": START + timedelta(seconds=second),
    }  # fmt: skip


def account(path: Path, usage_rows: list[Any], statements: list[Any], events: list[Any], **more: list[Any]) -> Account:
    return Account(
        path,
        {
            "system.billing.usage": usage_rows, "system.billing.list_prices": PRICES, "system.query.history": statements,
            "system.compute.warehouse_events": events,
        } | {f"system.{name.replace('__', '.')}": rows for name, rows in more.items()},
    )  # fmt: skip


def relation(found: Account, name: str) -> list[dict[str, Any]]:
    """All rows of a relation, the same from the ledger and live."""
    catalogue = load()
    base = catalogue.relations[name]
    columns = ", ".join(column.name for column in base.returns)
    returns = ", ".join(f"{column.name} {column.type}" for column in base.returns)
    head = f"-- All.\n-- Row: ({', '.join(base.row)})\n-- Params: start_date DATE, end_date DATE, currency STRING\n-- Returns: {returns}\n"
    query = parse_query(
        "x/y",
        f"{head}SELECT {columns} FROM {name} WHERE :currency IS NOT NULL AND :start_date < :end_date ORDER BY {', '.join(base.row)}",
        catalogue.relation_names,
    )
    stored = found.warehouse.fetch(query, ALL)
    assert_same(stored, found.live.fetch(query, ALL))
    return stored.to_pylist()


def hourly(rows: list[dict[str, Any]], column: str) -> dict[Any, D]:
    sums: dict[Any, D] = defaultdict(D)
    for row in rows:
        sums[row["resource_kind"], row["resource_id"], row["hour"]] += row[column] or D(0)
    return sums


def assert_adds_up(found: Account) -> None:
    hours, statements = relation(found, "warehouse_hours"), relation(found, "statement_hours")
    spent = hourly(statements, "list_cost")
    for row in hours:
        key = (row["resource_kind"], row["resource_id"], row["hour"])
        if row["list_cost"] is None:
            assert spent[key] == 0
            continue
        parts = spent[key] + (row["idle_list_cost"] or 0) + (row["unattributed_list_cost"] or 0)
        assert abs(parts - row["list_cost"]) < D("0.000001"), row
    assert hourly(hours, "list_cost").keys() >= spent.keys()
    per_statement = relation(found, "statement_cost")
    assert abs(sum((r["list_cost"] or 0 for r in per_statement), D(0)) - sum(spent.values(), D(0))) < D("0.000001")
    daily = relation(found, "statement_cost_daily")
    assert abs(sum((r["list_cost"] or 0 for r in daily), D(0)) - sum(spent.values(), D(0))) < D("0.000001")
    assert sum(row["runs"] for row in daily) == sum(row["begins"] for row in per_statement)


seconds = st.integers(0, 26 * 3600)
timelines = st.fixed_dictionaries(
    {
        "statements": st.lists(
            st.tuples(
                seconds, st.integers(0, 9000), st.integers(0, 50_000), st.integers(0, 400), st.integers(0, 90),
                st.booleans(), st.sampled_from(["w1", "w1", "w2", "run", "notebook"]), st.sampled_from(["FINISHED", "FAILED", "CANCELED"]),
            ),
            max_size=14,
        ),
        "bills": st.lists(
            st.tuples(st.integers(0, 27), st.integers(-3, 90), st.sampled_from(["w1", "w2", "run", "notebook"])), max_size=30
        ),
        "events": st.lists(st.tuples(seconds, st.sampled_from([0, 1, 2])), max_size=10),
        "official": st.lists(st.tuples(st.integers(0, 13), st.integers(0, 27), st.integers(1, 60)), max_size=4),
    }
)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(timelines)
def test_statements_idle_and_unattributed_are_the_bill_of_each_hour(timeline: dict[str, Any]) -> None:
    statements = [
        ran(
            n, second, length, task, result_fetch_duration_ms=fetch * 1000, waiting_at_capacity_duration_ms=min(wait, length) * 1000,
            from_result_cache=cached, execution_status=status, **SERVERLESS.get(warehouse, {"warehouse": warehouse}),
        )
        for n, (second, length, task, fetch, wait, cached, warehouse, status) in enumerate(timeline["statements"])
    ]  # fmt: skip
    events = [event(second, "RUNNING" if clusters else "STOPPED", clusters) for second, clusters in timeline["events"]]
    official = [
        {
            "record_id": f"a{n}", "account_id": "acc-1", "workspace_id": "ws1", "usage_date": (START + timedelta(hours=hour)).date(),
            "start_time": START + timedelta(hours=hour), "end_time": START + timedelta(hours=hour + 1), "usage_unit": "DBU",
            "active_usage_quantity": D(quantity), "usage_metadata": {"dbsql_statement_id": f"s{number}", "warehouse_id": "w1"},
        }
        for n, (number, hour, quantity) in enumerate(timeline["official"])
    ]  # fmt: skip
    with TemporaryDirectory() as folder:
        found = account(
            Path(folder),
            [billed(hour, quantity, of) for hour, quantity, of in timeline["bills"]],
            statements,
            events,
            billing__attributed_usage=official,
        )
        assert_adds_up(found)
        for row in relation(found, "statement_hours"):
            if row["state"] != "attributed":
                statement = statements[int(row["statement_id"][1:])]
                assert not statement["from_result_cache"], "answers of the cache cost nothing"
                begun = statement["start_time"] + timedelta(milliseconds=statement["waiting_at_capacity_duration_ms"])
                assert row["hour"] + timedelta(hours=1) > begun, "nothing is spent while it waits"


def test_a_hundred_statements_on_twelve_dollars_cost_twelve_dollars(tmp_path: Path) -> None:
    statements = [ran(n, n * 36, 36, 1 + n % 7) for n in range(100)]
    found = account(
        tmp_path, [bill(0, D("17.142857142857142857"))], statements, [event(0, "RUNNING", 1), event(3600, "STOPPED", 0)]
    )
    costs = relation(found, "statement_cost")
    assert len(costs) == 100
    assert abs(sum(row["list_cost"] for row in costs) - D(12)) < D("0.000001")
    by_weight = {row["statement_id"]: row["list_cost"] for row in costs}
    assert by_weight["s6"] > by_weight["s0"] > 0


def test_overlap_is_split_over_hours_waits_weigh_nothing_and_idle_is_a_line_of_its_own(tmp_path: Path) -> None:
    waited = ran(1, 0, 1800, 100, waiting_at_capacity_duration_ms=900_000)
    across = ran(2, 3000, 1200, 300)
    cached = ran(3, 100, 5, 0, from_result_cache=True)
    found = account(
        tmp_path, [bill(0), bill(1)], [waited, across, cached], [event(0, "RUNNING", 1), event(7200, "STOPPED", 0)]
    )
    first, second = relation(found, "warehouse_hours")
    assert (first["busy_s"], second["busy_s"]) == (900 + 600, 600)
    assert first["idle_list_cost"] == first["list_cost"] - first["used_list_cost"]
    assert abs(first["used_share"] - 1500 / 3600) < 1e-9
    hours = {
        (row["statement_id"], row["hour"].hour): float(row["list_cost"]) for row in relation(found, "statement_hours")
    }
    assert hours.keys() == {("s1", 0), ("s2", 0), ("s2", 1)}
    bill_of_hour = 12 * 0.7
    assert abs(hours["s1", 0] - bill_of_hour * 1500 / 3600 * 100 / 250) < 1e-6
    assert abs(hours["s2", 0] - bill_of_hour * 1500 / 3600 * 150 / 250) < 1e-6
    assert abs(hours["s2", 1] - bill_of_hour * 600 / 3600) < 1e-6
    assert_adds_up(found)


def test_lists_have_the_whole_cost_of_a_statement_and_what_of_it_is_the_periods(tmp_path: Path) -> None:
    late = 24 * 3600 - 30
    found = account(
        tmp_path,
        [bill(hour) for hour in range(80)],
        [
            ran(1, late, 600, 100, waiting_for_compute_duration_ms=60_000),
            ran(2, late - 300, 900, 50, execution_status="FAILED"),
            ran(3, late - 300, 25 * 3600, 5000),
            ran(4, 40 * 3600, 60, 10),
        ],
        [event(0, "RUNNING", 1)],
    )
    rows = relation(found, "statement_cost")
    assert [(r["statement_id"], r["usage_date"].day, r["cost"] is None) for r in rows if r["begins"]] == [
        ("s1", 10, True), ("s2", 10, False), ("s3", 10, False), ("s4", 11, False),
    ]  # fmt: skip
    whole = {
        name: float(sum(r["list_cost"] or 0 for r in rows if r["statement_id"] == name))
        for name in ("s1", "s2", "s3", "s4")
    }
    until = AsOf(START.date(), START.date(), START.date())
    for days, listed in {
        (10, 11): {"s1", "s2", "s3"},
        (11, 12): {"s1", "s2", "s3", "s4"},
        (12, 13): {"s3"},
        (10, 13): {"s1", "s2", "s3", "s4"},
    }.items():
        filters = Filters(Period(*(START.date().replace(day=day) for day in days)))
        for warehouse in (found.warehouse, found.live):
            lines = top(warehouse, filters, "cost")
            assert set(lines["statement_id"]) == listed
            assert [round(cost, 6) for cost in lines["cost"]] == [
                round(whole[name], 6) for name in lines["statement_id"]
            ]
            used = overview(warehouse, filters, until).bill.used
            assert lines["period_cost"].sum() == pytest.approx(used, abs=1e-6)
            assert over_the_edge(lines) == (days != (10, 13))
            assert set(top(warehouse, filters, "waste")["statement_id"]) == listed & {"s2"}


def test_hours_that_are_not_billed_yet_are_pending_and_unknown_hours_are_unattributed(tmp_path: Path) -> None:
    found = account(
        tmp_path, [bill(5, warehouse="w9")], [ran(1, 100, 50, 10)], [event(0, "RUNNING", 1), event(900, "STOPPED", 0)]
    )
    states = {row["resource_id"]: (row["state"], row["list_cost"]) for row in relation(found, "warehouse_hours")}
    assert states["w1"] == ("pending", None)
    assert states["w9"][0] == "unattributed"
    (cost,) = [row for row in relation(found, "statement_cost") if row["statement_id"] == "s1"]
    assert (cost["state"], cost["list_cost"]) == ("pending", None)
    assert_adds_up(found)


def test_an_hour_that_is_never_billed_is_pending_for_a_week_and_then_not_assessed(tmp_path: Path) -> None:
    found = account(
        tmp_path,
        [bill(8)],
        [ran(1, 8 * 3600, 60, 100), ran(2, 9 * 3600, 60, 100, executed_by="bob@example.com")],
        [event(0, "RUNNING", 1)],
    )
    day = START.date()
    filters = Filters(Period(day, day + timedelta(days=1)))
    for today, pending, late in ((7, 1, 0), (8, 0, 1)):
        as_of = AsOf(day, day, day + timedelta(days=today))
        shown = overview(found.warehouse, filters, as_of)
        assert (shown.bill.pending_hours, shown.bill.unbilled_hours) == (pending, late)
        assert (shown.numbers["pending_runs"], shown.numbers["unbilled_runs"]) == (pending, late)
        theirs = overview(found.warehouse, replace(filters, owners=("bob@example.com",)), as_of)
        assert (theirs.bill.used, theirs.numbers["unbilled_runs"]) == (None, late)
        states = with_states(top(found.warehouse, filters, "new"), as_of).set_index("statement_id")["state"]
        assert states.to_dict() == {"s1": "allocated", "s2": "unbilled" if late else "pending"}
    assert said(late) == "1 hour with statements not billed within 7 days: not assessed."
    assert said(0, 2) == "2 statements not billed within 7 days: not assessed."
    assert said(0) == ""


def test_official_attribution_is_preferred(tmp_path: Path) -> None:
    official = {
        "record_id": "a1", "account_id": "acc-1", "workspace_id": "ws1", "usage_date": START.date(), "start_time": START,
        "end_time": START + timedelta(hours=1), "usage_unit": "DBU", "active_usage_quantity": D(3),
        "usage_metadata": {"dbsql_statement_id": "s1", "warehouse_id": "w1"},
    }  # fmt: skip
    found = account(
        tmp_path,
        [bill(0)],
        [ran(1, 0, 60, 5), ran(2, 60, 60, 500)],
        [event(0, "RUNNING", 1)],
        billing__attributed_usage=[official],
    )
    costs = {row["statement_id"]: (row["state"], row["list_cost"]) for row in relation(found, "statement_cost")}
    assert costs["s1"][0] == "attributed"
    assert abs(costs["s1"][1] - D("2.1")) < D("0.000001")
    assert costs["s2"] == (None, None)
    assert_adds_up(found)


def test_serverless_runs_share_their_hour_and_the_rest_is_no_statement(tmp_path: Path) -> None:
    serverless = usage(
        10,
        start="2026-06-10 00:00",
        sku_name="PREMIUM_JOBS_SERVERLESS_COMPUTE",
        is_serverless=True,
        job_id="j1",
        job_run_id="r1",
    )
    statement = ran(
        1,
        600,
        1800,
        40,
        compute={"type": "SERVERLESS_COMPUTE"},
        query_source={"job_info": {"job_id": "j1", "job_run_id": "r1"}},
    )
    found = account(tmp_path, [serverless], [statement], [])
    (hour,) = relation(found, "warehouse_hours")
    assert (hour["resource_kind"], hour["idle_list_cost"]) == ("job_run", None)
    assert abs(hour["unattributed_list_cost"] - D("1.75")) < D("0.000001")
    assert_adds_up(found)


def test_a_statement_that_was_rewritten_while_it_ran_counts_once(tmp_path: Path) -> None:
    early, late = ran(1, 0, 30, 5), ran(1, 0, 60, 9)
    found = account(tmp_path, [bill(0)], [early, late], [event(0, "RUNNING", 1)])
    (row,) = relation(found, "statement_cost")
    assert row["total_ms"] == 60_000


def test_shapes_keep_no_literal_and_are_the_same_for_the_same_statement(tmp_path: Path) -> None:
    texts = [
        "SELECT a FROM t WHERE b = 'secret-1' AND n IN (17, 2)", "SELECT a FROM t WHERE b = 'x''y' AND n IN (99, 2)",
        "SELECT a FROM t WHERE b = 'it\\'s -- no' AND n IN (17, 3) -- it's a comment with a 'quote",
        'SELECT a FROM t /* "x" */ WHERE b = "secret-2" AND n IN (17, 2)', "SELECT a FROM t2 WHERE b = '%x'",
        "SELECT a FROM t3 WHERE b = 'secret-3, cut o", 'SELECT a FROM t3 WHERE b = "secret-4, cut off\\\\',
    ]  # fmt: skip
    found = account(tmp_path, [], [ran(n, n, 1, 1, statement_text=text) for n, text in enumerate(texts)], [])
    shapes = relation(found, "statement_shapes")
    assert "secret" not in str(shapes)
    assert "comment" not in str(shapes)
    from lib.statements.fingerprint import fingerprint

    assert {fingerprint(row["shape_text"]) for row in shapes} == {fingerprint(text) for text in texts}

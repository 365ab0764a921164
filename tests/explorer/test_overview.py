"""An overview names a few and sums up all others, however many there are; its files hold every one."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest

from lib.explorer.overview import LISTED, MOVED, RANKED, every_mover, every_top, overview
from lib.spend.compare import AsOf
from lib.spend.filters import Filters
from lib.spend.period import Period
from tests.account import Account, Row, price, usage

JOBS = 2500
PERIOD = Period(date(2026, 6, 11), date(2026, 7, 1))
UNTIL = AsOf(date(2026, 1, 1), date(2026, 7, 2), date(2026, 7, 3))
VIEW = Filters(PERIOD)


def rows() -> list[Row]:
    """Jobs that cost alike, that took money back, that ended or began, without an owner, in two workspaces, unpriced."""
    made = []
    for n in range(JOBS):
        kind = n % 5
        who = {} if n % 7 == 0 else {"run_as": f"person{n % 300}"}
        more = {"job_id": f"j{n:04}", "workspace_id": f"ws{n % 2}", **who}
        now, before = D(5), D(5)  # alike, and in number more than are named
        if kind == 1:
            now, before = D(n) / 10 + D("0.0001"), D(0)
        elif kind == 2:
            now, before = D(0), D(n) / 8
        elif kind == 3:
            now, before = -D(n) / 100, D(1)
        made += [usage(before, start="2026-05-28 10:00", **more)] if before else []
        made += [usage(now, start=f"2026-06-{11 + n % 20} 10:00", **more)] if now else []
    made += [usage(9, start="2026-06-12 10:00", job_id="j0001", workspace_id="ws0", run_as="person1")]
    made += [usage(3, start="2026-06-12 10:00", job_id="unpriced", sku_name="NEVER_PRICED")]
    made += [usage(50, start="2026-06-13 10:00", cluster_id="c1")]
    return made


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    return Account(
        Path(tmp_path_factory.mktemp("wide")),
        {"system.billing.usage": rows(), "system.billing.list_prices": [price(1)]},
    )


def costs(start: date, end: date) -> dict[tuple[str, str], D]:
    """By job, in plain Python."""
    found: dict[tuple[str, str], D] = defaultdict(D)
    for row in rows():
        job = row["usage_metadata"].get("job_id")
        if job and start <= row["usage_date"] < end and row["sku_name"] != "NEVER_PRICED":
            found[row["workspace_id"], job] += row["usage_quantity"]
    return found


def test_a_list_is_bounded_and_adds_up_to_the_bill(account: Account) -> None:
    view = overview(account.warehouse, VIEW, UNTIL)
    for dim in RANKED:
        top = view.top[dim]
        assert len(top.rows) <= LISTED
        whole = top.rows["total_cost"].sum() + top.amount
        assert whole == pytest.approx((view.total_cost or 0) - (50 if dim == "job" else 0), abs=1e-9)
    assert view.top["job"].parts == len(costs(PERIOD.start, PERIOD.end)) + 1


def test_the_first_are_the_dearest_and_equals_stand_by_key(account: Account) -> None:
    listed = overview(account.warehouse, VIEW, UNTIL).top["job"]
    cost = costs(PERIOD.start, PERIOD.end)
    expected = sorted(cost, key=lambda key: (-cost[key], key[1], key[0]))
    assert [*zip(listed.rows["workspace_id"], listed.rows["key"], strict=True)] == expected[:LISTED]
    assert listed.amount == pytest.approx(float(sum(cost[key] for key in expected[LISTED:])))


def test_contributions_add_up_to_the_whole_change(account: Account) -> None:
    view = overview(account.warehouse, VIEW, UNTIL)
    listed = view.movers["job"]
    now, before = costs(PERIOD.start, PERIOD.end), costs(PERIOD.start - timedelta(days=20), PERIOD.start)
    change = {key: now.get(key, D(0)) - before.get(key, D(0)) for key in now.keys() | before.keys()}
    expected = sorted((key for key in change if change[key]), key=lambda key: (-abs(change[key]), key[1], key[0]))
    assert [*zip(listed.rows["workspace_id"], listed.rows["key"], strict=True)] == expected[:LISTED]
    assert listed.parts == len(expected)
    whole = float(sum(change.values()))
    assert listed.rows["change"].sum() + listed.amount == pytest.approx(whole)
    assert listed.rows["contribution"].sum() + listed.amount / whole == pytest.approx(1)
    assert view.change is not None
    spaces = view.movers["workspace"]
    assert spaces.rows["change"].sum() + spaces.amount == pytest.approx(view.change.amount)


@pytest.mark.parametrize("dim", RANKED)
def test_a_file_holds_every_part(account: Account, dim: str) -> None:
    view = overview(account.warehouse, VIEW, UNTIL)
    ranked = every_top(account.warehouse, VIEW, UNTIL, dim)
    assert len(ranked) == view.top[dim].parts
    assert ranked["key"].head(LISTED).equals(view.top[dim].rows["key"])
    assert ranked["total_cost"].sum() == pytest.approx((view.total_cost or 0) - (50 if dim == "job" else 0))


@pytest.mark.parametrize("dim", MOVED)
def test_a_file_holds_every_part_that_changed(account: Account, dim: str) -> None:
    view = overview(account.warehouse, VIEW, UNTIL)
    moved = every_mover(account.warehouse, VIEW, UNTIL, dim)
    assert len(moved) == view.movers[dim].parts
    assert moved["key"].head(LISTED).equals(view.movers[dim].rows["key"])


def test_usage_without_price_or_owner_is_listed_as_such(account: Account) -> None:
    every = every_top(account.warehouse, VIEW, UNTIL, "job").set_index("key")
    assert every.loc["unpriced", "total_cost"] != every.loc["unpriced", "total_cost"]
    assert every.loc["unpriced", "dbus"] == 3
    assert overview(account.warehouse, VIEW, UNTIL).top["owner"].rows["key"].isna().sum() == 1


def changed(account_rows: list[Row], day: str) -> list[Row]:
    """The same with one more row on an older day."""
    return [*account_rows, usage(70, start=f"{day} 11:00", job_id="late", run_as="person1", custom_tags={"team": "a"})]


def test_any_span_of_days_is_what_its_days_add_up_to(tmp_path: Path) -> None:
    prices = {"system.billing.list_prices": [price(2)]}
    few = [row | {"custom_tags": {"team": "a"}} for row in rows()[::40]]
    account = Account(tmp_path, {"system.billing.usage": few, **prices})
    few = changed(few, "2026-05-30")
    account.change({"system.billing.usage": few, **prices})  # a day in the past: the month goes on from it
    spans = [("2026-05-28", "2026-05-31"), ("2026-05-30", "2026-06-01"), ("2026-06-01", "2026-07-01"),
             ("2026-05-31", "2026-06-14"), ("2026-04-01", "2026-09-01"), ("2026-06-15", "2026-06-16")]  # fmt: skip
    for first, end in spans:
        start, stop = date.fromisoformat(first), date.fromisoformat(end)
        days = [row for row in few if start <= row["usage_date"] < stop and row["usage_metadata"].get("job_id")]
        expected = sum((2 * row["usage_quantity"] for row in days if row["sku_name"] != "NEVER_PRICED"), D(0))
        params = dict.fromkeys(("workspaces", "products", "serverless", "owners", "tag_key", "tag_value", "most"))
        params |= {"base": "list", "start_date": start.replace(day=1), "end_date": stop, "period_start": start}
        params |= {
            "period_end": stop,
            "recent_start": start,
            "recent_end": stop,
            "previous_start": start,
            "previous_end": start,
        }
        for narrowed in (
            {},
            {"tag_key": "team", "tag_value": "a"},
            {"workspaces": ["ws0", "ws1"], "serverless": False},
        ):
            found = [
                row
                for row in account.rows("overview/groups", **params | narrowed)
                if row["kind"] == "job" and row["parts"]
            ]
            assert len(found) == len({(row["workspace_id"], row["usage_metadata"]["job_id"]) for row in days})
            assert sum((row["total_cost"] or D(0) for row in found), D(0)) == expected
            assert sum((row["recent_cost"] or D(0) for row in found), D(0)) == expected

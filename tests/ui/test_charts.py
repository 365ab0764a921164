"""Charts say what their frame says."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from lib.spend import palette
from lib.spend.period import Period
from lib.ui.charts import axis, bars, days, parts, runs, tree
from lib.ui.theme import DARK, LIGHT

JUNE = Period(date(2026, 6, 1), date(2026, 6, 8))


def spend(products=("JOBS", "SQL"), missing_day=3):
    return pd.DataFrame(
        [
            {
                "usage_date": JUNE.start + timedelta(day),
                "product": product,
                "total_cost": Decimal(10 * (rank + 1)),
            }
            for day in range(JUNE.days)
            if day != missing_day
            for rank, product in enumerate(products)
        ]
    )


def drawn(frame=None, **more):
    return days.stacked_days(
        spend() if frame is None else frame,
        by="product", value="total_cost", period=JUNE, currency="USD", theme=LIGHT, **more,
    )  # fmt: skip


def test_every_day_of_the_period_has_a_column_even_without_spend():
    source = days.table_behind(drawn())
    assert len(source) == JUNE.days
    assert source["total"][3] == "$0.00"
    assert source["total"][0] == "$30.00"


def test_the_columns_add_up_to_the_frame():
    source = days.table_behind(drawn(incomplete_from=date(2026, 6, 6)))
    numbers = source[[c for c in source if c[0] in "vw" and c[1:].isdigit()]]
    assert numbers.sum().sum() == float(spend()["total_cost"].sum())


def test_the_numbers_behind_a_chart_are_its_amounts_by_the_names_of_its_legend():
    numbers, names = days.numbers_behind(drawn(incomplete_from=date(2026, 6, 6), previous=[7.0] * 5))
    assert names == ["SQL", "JOBS", "Previous 7 days"]
    assert len(list(numbers)) == 2 + len(names)
    assert numbers["total"].tolist() == [30.0, 30.0, 30.0, 0.0, 30.0, 30.0, 30.0]
    assert numbers["part0"].tolist()[:1] == [20.0]
    assert numbers["before"].tolist()[:5] == [7.0] * 5


def test_incomplete_days_are_hatched_and_say_so():
    chart = drawn(incomplete_from=date(2026, 6, 6))
    source = days.table_behind(chart)
    assert source["v0"].isna().tolist() == [False] * 5 + [True, True]
    assert source["note"][5].endswith("not complete yet")
    pale = next(s for s in chart["series"] if s.get("encode", {}).get("y") == "w0")
    assert "decal" in pale["itemStyle"]


def test_a_product_keeps_its_colour_and_small_ones_become_other():
    many = ["JOBS", "SQL", *[f"P{n}" for n in range(8)]]
    chart = drawn(spend(many), colours={name: palette.product(name) for name in many}, labels={"JOBS": "Jobs"})
    assert len(chart["legend"]["data"]) == days.MOST + 1
    assert chart["legend"]["data"][-1] == "Other"
    source = days.table_behind(chart)
    assert source["total"][0] == f"${sum(10 * (rank + 1) for rank in range(10)):,}.00"


def test_previous_days_are_a_line_of_their_own():
    chart = drawn(previous=[1.0, 2.0])
    assert chart["legend"]["data"][-1] == "Previous 7 days"
    assert days.table_behind(chart)["before_text"].tolist()[:3] == ["$1.00", "$2.00", "—"]


def test_a_name_cannot_become_markup_or_a_placeholder():
    chart = drawn(spend(["<b>x</b>", "{@total}"]))
    template = chart["tooltip"]["formatter"]
    assert "<b>x</b>" not in template
    assert "&lt;b&gt;x&lt;/b&gt;" in template
    assert "(@total)" in template


def test_no_rows_make_an_empty_chart_not_an_error():
    assert len(days.table_behind(drawn(spend().head(0)))) == JUNE.days


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 123456), (-30, 95), (-5, 0), (0, 0.003), (0, 0), (0, 7.7)])
def test_axes_are_round_cover_the_data_and_hold_zero(low, high):
    at = axis.ticks(low, high)
    assert at[0] <= low
    assert at[-1] >= high
    assert 0 in at
    assert len(at) <= 8


def test_parts_add_up_to_the_whole():
    frame = pd.DataFrame({"name": [f"n{i}" for i in range(10)], "cost": [*range(1, 9), -3, None]})
    folded = parts.folded(frame, name="name", value="cost")
    assert len(folded) == parts.MOST + 1
    assert folded["name"].iloc[-1] == "Other"
    assert folded["cost"].sum() == sum(range(1, 9))
    assert abs(folded["share"].sum() - 1) < 1e-12


def test_a_donut_shows_its_total_and_can_be_clicked():
    folded = parts.folded(pd.DataFrame({"name": ["a", "b"], "cost": [1, 3]}), name="name", value="cost")
    chart = parts.donut(folded, name="name", value="cost", total="$4", currency="USD", theme=DARK)
    assert chart["title"]["text"] == "$4"
    assert chart["series"][0]["selectedMode"] == "single"
    assert chart["dataset"]["source"]["text"].tolist() == ["$3.00", "$1.00"]


def test_bars_keep_the_order_and_show_the_exact_value():
    chart = bars.ranking(
        pd.DataFrame({"job": ["x", "x"], "cost": [2.5, None]}),
        name="job",
        value="cost",
        currency="EUR",
        theme=LIGHT,
    )
    assert chart["dataset"]["source"]["text"].tolist() == ["€2.50", "unpriced"]
    assert chart["yAxis"]["data"] == ["x", "x"]


def test_failed_runs_are_marked_by_colour_and_by_sign():
    frame = pd.DataFrame(
        {
            "at": [datetime(2026, 6, day, 4) for day in (1, 2)],
            "cost": [1.0, 2.0],
            "seconds": [60.0, None],
            "state": ["SUCCEEDED", "TIMED_OUT"],
        }
    )
    chart = runs.run_history(
        frame, start="at", cost="cost", seconds="seconds", result="state", currency="USD", theme=LIGHT
    )
    source = chart["dataset"]["source"]
    assert source["bad"].tolist()[1] == 2.0
    assert source["state"][1] == "timed out"
    assert [s["type"] for s in chart["series"]].count("scatter") == 1


LEVELS = (("product", "product_words"), ("workspace", "name"))


def spread():
    frame = pd.DataFrame(
        {
            "product": ["JOBS", "JOBS", "SQL", "SQL"],
            "workspace": ["1", "2", "1", "2"],
            "cost": [4.0, 1.0, 2.0, -9.0],
        }
    )
    return frame.assign(product_words=frame["product"].str.title(), name="prod")


def test_tree_values_add_up_and_names_alike_stay_apart():
    nodes = tree.nodes(spread(), levels=LEVELS, value="cost", all_label="All")
    assert nodes["id"].is_unique
    assert nodes.loc[nodes["depth"] == 0, "value"].item() == 7.0
    assert nodes[nodes["depth"] == 1].set_index("label")["value"].to_dict() == {"Jobs": 5.0, "Sql": 2.0}
    assert nodes.groupby("depth")["value"].sum().tolist() == [7.0, 7.0, 7.0]


def test_small_nodes_are_put_together_and_nothing_is_lost():
    frame = pd.DataFrame(
        {
            "product": "JOBS",
            "product_words": "Jobs",
            "workspace": [str(n) for n in range(9)],
            "cost": range(1, 10),
        }
    )
    small = tree.folded(frame.assign(name=frame["workspace"]), levels=LEVELS, value="cost", most=3)
    nodes = tree.nodes(small, levels=LEVELS, value="cost", all_label="All")
    leaves = nodes[nodes["depth"] == 2].set_index("label")["value"]
    assert leaves.to_dict() == {"8": 9.0, "7": 8.0, "6": 7.0, "Other (6)": 21.0}


def test_a_click_on_a_tree_is_a_path():
    point = {"id": f"JOBS{tree.SEPARATOR}prod"}
    assert tree.path_of([point]) == ["JOBS", "prod"]
    assert tree.path_of([{"id": tree.ROOT}]) == tree.path_of([]) == []

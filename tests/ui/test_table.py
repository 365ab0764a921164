"""What the browser is told to draw."""

from decimal import Decimal

import pandas as pd

from lib.spend.formatting import NBSP
from lib.ui.columns import Column
from lib.ui.table import NAME_LENGTH, Mark, Table, arranged, payload

COLUMNS = (
    Column("job", "Job", phone=True),
    Column("owner", "Owner", missing="no owner"),
    Column("cost", "Cost", "money", phone=True),
    Column("vm", "VM cost", "money", estimate=True, missing="none", about="Estimated."),
    Column("change", "Change", "change"),
    Column("trend", "Trend", "spark"),
)
FRAME = pd.DataFrame(
    {
        "job": ["b_job", "A_job", "c<b>"],
        "owner": ["ana", None, "bo"],
        "cost": [Decimal("5"), None, Decimal("-7.129")],
        "vm": [1.5, float("nan"), 0.0],
        "change": [0.25, -0.5, float("nan")],
        "trend": [[1, 2, 3], [], [0, 0]],
    }
)


def table(frame=FRAME, **more):
    return Table(frame, COLUMNS, "USD", "jobs", "Jobs and what they cost", **more)


def texts(drawn, column):
    return [row["cells"][column].get("text") for row in drawn["rows"]]


def test_values_are_written_as_everywhere_else():
    drawn = payload(table(), {})
    assert texts(drawn, 2) == ["$5.00", "unpriced", "−$7.13"]
    assert texts(drawn, 1) == ["ana", "no owner", "bo"]
    assert texts(drawn, 4) == [f"+25{NBSP}%", f"−50{NBSP}%", "—"]
    assert drawn["rows"][0]["cells"][5]["spark"] == [1.0, 2.0, 3.0]


def test_markup_in_a_name_travels_as_text():
    assert texts(payload(table(), {}), 0)[2] == "c<b>"


def test_estimates_are_marked_and_say_why():
    cells = [row["cells"][3] for row in payload(table(), {})["rows"]]
    assert cells[0]["estimate"]
    assert cells[0]["hover"] == "Estimated."
    assert cells[1] == {"text": "none", "tone": "muted"}


def test_the_address_sorts_all_rows_and_missing_values_come_last():
    assert list(arranged(table(), {"jobs_sort": ["-cost"]})["job"]) == ["b_job", "c<b>", "A_job"]
    assert list(arranged(table(), {"jobs_sort": ["cost"]})["job"]) == ["c<b>", "b_job", "A_job"]
    assert list(arranged(table(), {"jobs_sort": ["job"]})["job"]) == ["A_job", "b_job", "c<b>"]


def test_an_unknown_column_keeps_the_tables_own_order():
    assert next(iter(arranged(table(sort="-cost"), {"jobs_sort": ["-'; DROP"]})["job"])) == "b_job"


def test_a_heading_is_a_link_that_turns_the_order_round():
    drawn = payload(table(), {"jobs_sort": ["-cost"], "jobs_page": ["2"], "period": ["last_7"]})
    heading = drawn["columns"][2]
    assert (heading["sorted"], heading["sort"]) == ("descending", "?period=last_7&jobs_sort=cost")
    assert drawn["columns"][0]["sort"] == "?period=last_7&jobs_sort=job"
    assert "sort" not in drawn["columns"][5]


def many(rows=120):
    return pd.DataFrame(
        {
            "job": [f"job {n:03d}" for n in range(rows)],
            "owner": "ana",
            "cost": [Decimal(n) for n in range(rows)],
            "vm": 0.0,
            "change": 0.0,
            "trend": [[1.0]] * rows,
        }
    )


def test_120_rows_are_three_pages_and_each_row_is_on_one():
    seen = [text for page in "123" for text in texts(payload(table(many()), {"jobs_page": [page]}), 0)]
    assert sorted(seen) == sorted(many()["job"])
    drawn = payload(table(many()), {"jobs_page": ["3"]})
    assert drawn["pages"]["words"] == "101–120 of 120"
    assert drawn["pages"]["links"][-1] == {"label": "3", "current": True}


def test_a_page_that_is_not_there_shows_the_nearest():
    assert payload(table(many()), {"jobs_page": ["99"]})["pages"]["words"] == "101–120 of 120"
    assert payload(table(many()), {"jobs_page": ["x"]})["pages"]["words"] == "1–50 of 120"


def test_only_the_page_in_view_is_completed():
    asked = []

    def complete(page):
        asked.append(len(page))
        return page.assign(trend=[[1.0]] * len(page))

    payload(table(many(), complete=complete), {"jobs_page": ["3"]})
    assert asked == [20]


def test_the_total_is_the_last_row_and_a_row_opens():
    drawn = payload(table(total={"job": "3 jobs", "cost": Decimal("12")}, link=lambda row: f"job?id={row['job']}"), {})
    assert [cell["text"] for cell in drawn["total"]["cells"]] == ["3 jobs", "", "$12.00", "", "", ""]
    assert drawn["rows"][0]["href"] == "job?id=b_job" == drawn["rows"][0]["cells"][0]["href"]


def test_rows_over_a_threshold_are_marked_in_words_too():
    marked = table(mark=lambda row: Mark("over $4", "Costs at least $4.00") if (row["cost"] or 0) >= 4 else None)
    rows = payload(marked, {})["rows"]
    assert [row["mark"] for row in rows] == [True, False, False]
    assert rows[0]["cells"][0]["flag"] == "over $4"


def test_no_rows_say_so_and_have_no_total():
    drawn = payload(table(FRAME.head(0), total={"cost": 0}, empty="No job ran."), {})
    assert (drawn["rows"], drawn["total"], drawn["empty"], drawn["pages"]) == ([], None, "No job ran.", None)


def test_long_names_keep_both_ends_and_the_whole_on_hover():
    name = "prod_" + "x" * 80 + "_v2"
    cell = payload(table(FRAME.assign(job=name)), {})["rows"][0]["cells"][0]
    assert cell["hover"] == name
    assert cell["text"].startswith("prod_")
    assert cell["text"].endswith("_v2")
    assert len(cell["text"]) == NAME_LENGTH

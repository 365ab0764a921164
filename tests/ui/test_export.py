"""A file holds what is on screen."""

from decimal import Decimal
from io import BytesIO

import pandas as pd

from lib.reports.content import ColumnSpec
from lib.ui.columns import Column
from lib.ui.export import Exact, Sheet
from lib.ui.table import Table

FRAME = pd.DataFrame({"job": ["a", "b", "=c"], "cost": [1.005, 3.0, None], "trend": [[1], [2], [3]]})
COLUMNS = (Column("job", "Job"), Column("cost", "Cost", "money"), Column("trend", "Trend", "spark"))


def sheet(params=None, exact=None, **more):
    table = Table(FRAME, COLUMNS, "USD", "jobs", "Jobs", total={"job": "3 jobs", "cost": Decimal("4.005")}, **more)
    return Sheet(table, params or {}, exact, "Jobs", (("Period", "June"),))


def test_rows_come_in_the_order_on_screen():
    assert list(pd.read_csv(BytesIO(sheet({"jobs_sort": ["-cost"]}).csv()))["job"]) == ["b", "a", "'=c"]


def test_pictures_stay_out_and_unpriced_is_empty():
    rows = pd.read_csv(BytesIO(sheet().csv()))
    assert list(rows.columns) == ["job", "cost"]
    assert rows["cost"].isna().tolist() == [False, False, True]


def test_exact_rows_follow_the_same_order():
    exact = Exact(
        pd.DataFrame({"cost": [Decimal("1.005000000001"), Decimal(3), None]}), [ColumnSpec("cost", "Cost", "money")]
    )
    text = sheet({"jobs_sort": ["-cost"]}, lambda: exact).csv().decode("utf-8-sig").split()
    assert text[:3] == ["cost", "3", "1.005000000001"]


def test_a_workbook_ends_with_the_total_of_the_screen():
    raw = pd.read_excel(BytesIO(sheet().excel()), header=None)
    assert 4.005 in [round(float(value), 3) for value in pd.to_numeric(raw[1], errors="coerce").dropna()]

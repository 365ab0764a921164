"""CSV and Excel read back: equal to the frame, to the last digit, and harmless."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

from lib.reports.content import ColumnSpec
from lib.reports.excel import UNPRICED_NOTE, to_excel
from lib.reports.tables import to_csv
from tests.reports import samples

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x","y")',
    'a,b"c\nd',
    "<b>&</b>",
    "日本語",
    "x\x07y",
    "http://x",
]
COLUMNS = (
    ColumnSpec("name", "Name"),
    ColumnSpec("id", "Id", "id"),
    ColumnSpec("cost", "Cost", "money"),
    ColumnSpec("share", "Share", "percent"),
    ColumnSpec("day", "Day", "date"),
    ColumnSpec("started", "Started", "moment"),
    ColumnSpec("took", "Took", "duration"),
    ColumnSpec("line", "Line", "trend"),
)


def _frame() -> pd.DataFrame:
    count = len(HOSTILE)
    return pd.DataFrame(
        {
            "name": HOSTILE,
            "id": [f"00{index}" for index in range(count)],
            "cost": [
                None,
                Decimal("-0.000000000001"),
                Decimal("12345678901234.123456789012"),
                0.1,
                *[Decimal(index) for index in range(count - 4)],
            ],
            "share": [0.125, None, *[index / 7 for index in range(count - 2)]],
            "day": [date(2026, 6, 1)] * count,
            "started": [
                datetime(2026, 6, 1, 23, 30, tzinfo=UTC),
                pd.NaT,
                *[pd.Timestamp("2026-06-01 04:05:06+02:00")] * (count - 2),
            ],
            "took": [3661.5, timedelta(minutes=2), *[60] * (count - 2)],
            "line": [[1.0, 2.0]] * count,
        }
    )


def _csv(frame: pd.DataFrame, columns=COLUMNS) -> pd.DataFrame:
    return pd.read_csv(BytesIO(to_csv(frame, columns)), dtype=str, keep_default_na=False)


def _sheet(data: bytes):
    return openpyxl.load_workbook(BytesIO(data)).worksheets[0]


def test_csv_heads_are_names_and_sparklines_stay_out():
    assert list(_csv(_frame()).columns) == ["name", "id", "cost", "share", "day", "started", "took"]


def test_csv_keeps_every_digit_and_negative_numbers():
    read = _csv(_frame())
    assert read["cost"].tolist()[:4] == ["", "-0.000000000001", "12345678901234.123456789012", "0.1"]
    assert read["took"].tolist()[:3] == ["3661.5", "120", "60"]


def test_csv_text_cannot_run_and_is_otherwise_untouched():
    names = _csv(_frame())["name"].tolist()
    assert [name.startswith("'") for name in names[:7]] == [True] * 7
    assert names[7:11] == HOSTILE[7:11]
    assert names[11:] == HOSTILE[11:]


def test_csv_times_are_utc():
    assert _csv(_frame())["started"].tolist()[:3] == ["2026-06-01 23:30:00", "", "2026-06-01 02:05:06"]


def test_csv_opens_in_excel_as_utf8():
    assert to_csv(_frame(), COLUMNS).startswith(b"\xef\xbb\xbfname,id")


def test_csv_equals_the_frame_to_the_cent():
    frame = samples.job_frame(5000)
    read = _csv(frame, samples.COLUMNS)
    written = [None if cost == "" else Decimal(cost) for cost in read["total_cost"]]
    assert written == [None if pd.isna(cost) else cost for cost in frame["total_cost"]]


def test_csv_of_nothing_has_a_head():
    assert to_csv(samples.job_frame(0), samples.COLUMNS).decode("utf-8-sig").split("\r\n")[1:] == [""]


def test_excel_cells_have_their_types():
    sheet = _sheet(to_excel(_frame(), COLUMNS, "Odd things", []))
    assert [cell.value for cell in sheet[1]] == ["Name", "Id", "Cost", "Share", "Day", "Started", "Took"]
    assert sheet["B2"].value == "000"
    assert sheet["C2"].value is None
    assert sheet["C5"].value == pytest.approx(0.1)
    assert sheet["E2"].value == datetime(2026, 6, 1)
    assert sheet["F2"].value == datetime(2026, 6, 1, 23, 30)
    assert sheet["G3"].value == timedelta(minutes=2)
    assert sheet["D2"].number_format == "0.0%"


def test_excel_text_stays_text():
    sheet = _sheet(to_excel(_frame(), COLUMNS, "Odd things", []))
    cells = [sheet.cell(row, 1) for row in range(2, 2 + len(HOSTILE))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[0].value == "=1+1"
    assert not [cell for cell in cells if cell.hyperlink]


def test_excel_equals_the_frame_to_the_cent_with_a_total():
    frame = samples.job_frame(5000)
    total = samples.total_of(frame, "dbus", "cost", "vm_cost", "total_cost")
    sheet = _sheet(to_excel(frame, samples.COLUMNS, "Jobs", [], total=total))
    at = [cell.value for cell in sheet[1]].index("Total cost") + 1
    cells = [sheet.cell(row, at).value for row in range(2, 5002)]
    assert [None if cell is None else round(cell, 2) for cell in cells] == [
        None if pd.isna(cost) else round(float(cost), 2) for cost in frame["total_cost"]
    ]
    assert round(sheet.cell(5002, at).value, 2) == round(float(total["total_cost"]), 2)
    assert sheet.cell(5002, 1).value == "Total"


def test_excel_freezes_heads_and_filters_rows_without_the_total():
    sheet = _sheet(to_excel(samples.job_frame(20), samples.COLUMNS, "Jobs", [], total={"runs": 1}))
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:L21"


def test_excel_notes_say_what_the_rows_stand_on():
    book = openpyxl.load_workbook(
        BytesIO(to_excel(samples.job_frame(20), samples.COLUMNS, "Jobs", [("Period", "=1+1")]))
    )
    notes = {row[0].value: row[1] for row in book["Notes"].iter_rows(min_row=3)}
    assert notes["Period"].value == "=1+1"
    assert notes["Period"].data_type == "s"
    assert notes["Unpriced"].value == UNPRICED_NOTE


@pytest.mark.parametrize("title", ["", "a/b:c*[d]?", "x" * 80, "'quoted'", "Notes", "日本語のシート", "\x00"])
def test_excel_takes_any_title(title):
    assert (
        len(openpyxl.load_workbook(BytesIO(to_excel(samples.job_frame(1), samples.COLUMNS, title, []))).sheetnames) == 2
    )


def test_excel_of_nothing_opens():
    sheet = _sheet(to_excel(samples.job_frame(0), samples.COLUMNS, "Jobs", [], total={"runs": 0}))
    assert sheet.max_row == 1


def test_excel_is_the_same_twice():
    assert to_excel(_frame(), COLUMNS, "Jobs", []) == to_excel(_frame(), COLUMNS, "Jobs", [])


def test_times_in_a_column_of_text_are_times():
    frame = pd.DataFrame({"at": pd.to_datetime(["2026-06-01T04:05:06Z", None])})
    column = (ColumnSpec("at", "At"),)
    assert _csv(frame, column)["at"].tolist() == ["2026-06-01 04:05:06", ""]
    assert _sheet(to_excel(frame, column, "Times", []))["A2"].value == datetime(2026, 6, 1, 4, 5, 6)


def test_currencies_without_cents_have_none():
    sheet = _sheet(to_excel(samples.job_frame(3), samples.COLUMNS, "Jobs", [], currency="JPY"))
    assert sheet["G2"].number_format == '"¥"#,##0;-"¥"#,##0'

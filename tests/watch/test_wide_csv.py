"""Any wide CSV file: what is read, and what is said about what cannot be."""

import gzip
import json
from datetime import date

import numpy as np
import pytest
from typer.testing import CliRunner

from lib.cli.app import app
from lib.errors import InputError
from lib.spend.anomaly_scores import UNIT
from lib.watch.wide_csv import read_wide


def written(tmp_path, text, name="x.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_days_in_any_order_with_gaps(tmp_path):
    wide = read_wide(written(tmp_path, '\ufeffday,a,"b, c"\n2026-01-03,3,\n\n2026-01-01,1,-2.5\r\n'))
    assert wide.names == ("a", "b, c")
    assert (wide.first_day, wide.last_day) == (date(2026, 1, 1), date(2026, 1, 3))
    assert np.array_equal(wide.values, [[1, np.nan, 3], [-2.5, np.nan, np.nan]], equal_nan=True)


def test_semicolons_compressed_and_midnight(tmp_path):
    wide = read_wide(
        written(tmp_path, gzip.compress(b"d;a\n2026-01-01T00:00:00Z;1e3\n2026-01-02 00:00;2\n"), "x.csv.gz")
    )
    assert wide.values.tolist() == [[1000, 2]]


@pytest.mark.parametrize(
    "text",
    [
        "day,a\n2026/01/31,1\n2026/02/01,2\n",
        "day,a\n20260131,1\n20260201,2\n",
        "day;a\n31.01.2026;1\n1.2.2026;2\n",
        "day,a\n01/31/2026,1\n02/01/2026,2\n",
        "day,a\n31/01/26,1\n01/02/26,2\n",
        'day,a\n"Jan 31, 2026",1\n"February 1, 2026",2\n',
        "day,a\n31-Jan-2026,1\n1 Feb 2026,2\n",
        "day,a\nSat 2026-01-31,1\nSun 2026-02-01,2\n",
        "day,a\n2026-01-31T12:00:00+01:00,1\n2026-02-01T12:00:00+01:00,2\n",
        "day,a\n1/31/2026 12:00:00 AM,1\n2/1/2026 12:00:00 AM,2\n",
        "sep=;\nday;a\n2026-01-31;1\n2026-02-01;2\n",
        "# made by a script\nday,a,note,\n2026-01-31,1,x,\n2026-02-01,2,,\n",
    ],
)
def test_days_and_layouts_of_many_programs(tmp_path, text):
    wide = read_wide(written(tmp_path, text))
    assert wide.names == ("a",)
    assert wide.first_day == date(2026, 1, 31)
    assert wide.values.tolist() == [[1, 2]]


def test_slashed_days_that_only_their_order_explains(tmp_path):
    lines = [f"{month:02}/{day:02}/2026,{day}" for month, day in ((1, 9), (1, 10), (1, 11), (1, 12))]
    wide = read_wide(written(tmp_path, "\n".join(["day,a", *lines])))
    assert (wide.first_day, wide.values.shape) == (date(2026, 1, 9), (1, 4))


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ('day,a\n2026-01-01,"1,234.56"\n2026-01-02,(12.5)\n', [1234.56, -12.5]),
        ("day;a\n2026-01-01;1.234,56\n2026-01-02;1.234\n", [1234.56, 1234]),
        ("day;a\n2026-01-01;0,5\n2026-01-02;-3\n", [0.5, -3]),
        ("day,a\n2026-01-01,$1.50\n2026-01-02,2 EUR\n", [1.5, 2]),
        ("day,a\n2026-01-01,1.000.000\n2026-01-02,1e-3\n", [1e6, 1e-3]),
        ("day\ta\n2026-01-01\t1'234.5\n2026-01-02\tNULL\n", [1234.5, np.nan]),
    ],
)
def test_amounts_of_many_countries(tmp_path, text, amounts):
    assert np.array_equal(read_wide(written(tmp_path, text)).values[0], amounts, equal_nan=True)


def test_utf16_and_no_header(tmp_path):
    assert read_wide(written(tmp_path, "day\tä\n2026-01-01\t1\n".encode("utf-16"))).names == ("ä",)
    bare = read_wide(written(tmp_path, "2026-01-01,1,2\n2026-01-02,3,4\n"))
    assert bare.names == ("series 1", "series 2")
    assert bare.values.tolist() == [[1, 3], [2, 4]]


def test_columns_of_one_name_are_two_series(tmp_path):
    wide = read_wide(written(tmp_path, "day,a,a\n2026-01-01,1,2\n"))
    assert wide.names == ("a", "a (column 3)")
    assert len(wide.notes) == 1


def test_hours_are_refused_unless_they_are_to_be_added(tmp_path):
    hours = [f"2026-01-{1 + n // 24:02} {n % 24:02}:00,{n % 24}" for n in range(60)]
    path = written(tmp_path, "\n".join(["day,a", *hours]))
    with pytest.raises(InputError) as error:
        read_wide(path)
    assert "hours" in error.value.message
    assert "--same-day sum" in error.value.remedy
    added = read_wide(path, same_day="sum")
    assert np.array_equal(added.values, [[276, 276, np.nan]], equal_nan=True)  # the third day has twelve hours
    assert np.array_equal(read_wide(path, same_day="mean").values, [[11.5, 11.5, np.nan]], equal_nan=True)
    assert read_wide(path, same_day="last").values.tolist() == [[23, 23, 11]]


def test_rows_written_twice_count_once_and_other_rows_of_a_day_are_asked_about(tmp_path):
    twice = read_wide(written(tmp_path, "day,a\n2026-01-01,1\n2026-01-02,2\n2026-01-01,1\n"))
    assert twice.values.tolist() == [[1, 2]]
    assert "twice" in twice.notes[0]
    parts = "day,a\n2026-01-01,1\n2026-01-01,5\n"
    assert read_wide(written(tmp_path, parts), same_day="sum").values.tolist() == [[6]]


def test_days_in_another_column_are_pointed_at(tmp_path):
    with pytest.raises(InputError) as error:
        read_wide(written(tmp_path, ",date,a\n0,2026-01-01,5\n1,2026-01-02,6\n"))
    assert "Column 2 holds days" in error.value.remedy


def test_five_thousand_columns(tmp_path):
    rng = np.random.default_rng(1)
    lines = [f"{date.fromordinal(739256 + n)},{','.join(map(str, rng.random(5000).round(3)))}" for n in range(20)]
    wide = read_wide(written(tmp_path, "\n".join([f"day,{','.join(f's{n}' for n in range(5000))}", *lines])))
    assert wide.values.shape == (5000, 20)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "x.csv", "empty"),
        ("# nothing\n", "x.csv", "comments"),
        ("day,a\n", "x.csv", "no days"),
        ("day\n2026-01-01\n", "line 1", "only one column"),
        ("day,a\n2026-01-01,1\nTotal,2\n", "line 3, column 1", "not a day"),
        ("day,a\n2026-01-01,1\n2026-02-30,2\n", "line 3, column 1", "not a day"),
        ("day,a\n02/01/2026,1\n01/02/2026,2\n", "line 2, column 1", "may begin with"),
        ("day,a\n13/13/2026,1\n", "line 2, column 1", "not a day"),
        ("day,a\n2026-01-01,1\n2026-01-01,2\n", "line 3, column 1", "twice"),
        ("day,team,a\n2026-01-01,x,1\n2026-01-01,y,2\n", "line 3, column 1", "a long table"),
        ("day,a\n2026-01-01,1\n2026-01-08,1\n2026-01-15,1\n2026-01-22,1\n", "x.csv", "7 days apart"),
        ("day,a,b\n2026-01-01,1,2\n2026-01-02,1,1.000.00\n", "line 3, column 3", "not an amount"),
        ("day,a,b\n2026-01-01,1,2\n2026-01-02,1,inf\n", "line 3, column 3", "not an amount"),
        ("day,a\n2026-01-01,much\n", "x.csv", "No column"),
        ("day,a,b\n2026-01-01,1,2,3\n", "line 2", "4 cells"),
        ("day,a\n1026-01-01,1\n2026-01-01,1\n", "x.csv", "days"),
        (b"day,a\xff\n", "x.csv", "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path, text, place, words):
    with pytest.raises(InputError) as error:
        read_wide(written(tmp_path, text))
    assert place in error.value.place
    assert words in error.value.message


@pytest.fixture
def series(tmp_path):
    rng = np.random.default_rng(1)
    cost = 100 * np.resize([1, 1, 1, 1, 1, 0.3, 0.3], 120) * rng.lognormal(0, 0.05, 120)
    cost[100] *= 4
    lines = [f"{date.fromordinal(739256 + n)},{cost[n]:.2f},{'' if n < 112 else 7}" for n in range(120)]
    return written(tmp_path, "\n".join(["day,etl,new", *lines]))


def test_forecast_command(series):
    done = CliRunner().invoke(app, ["forecast", "--csv", str(series), "--horizon", "10", "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    etl, new = answer["series"]
    assert answer["horizon"] == 10
    assert len(etl["days"]) == 10
    first = etl["days"][0]
    assert first["day"] == date.fromordinal(739256 + 120).isoformat()
    assert first["low95"] < first["low80"] < first["median"] < first["high80"] < first["high95"]
    assert 0.8 < etl["backtest"]["coverage95"] <= 1
    assert new["note"].startswith("fewer than 14 days")
    assert new["days_of_history"] == 8
    assert new["backtest"]["coverage95"] is None


def test_anomalies_command(series):
    done = CliRunner().invoke(app, ["anomalies", "--csv", str(series), "--json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    (spike,) = [row for row in answer["anomalies"] if row["series"] == "etl"]
    assert spike["day"] == date.fromordinal(739256 + 100).isoformat()
    assert (spike["severity"], spike["direction"], spike["kind"]) == ("critical", "rise", "spike")
    assert spike["z"] == pytest.approx(spike["score"] * UNIT)
    days = answer["scores"]["etl"]
    assert len(answer["days"]) == len(days["score"]) == 120
    assert (days["severity"][100], days["kind"][100], days["severity"][99]) == ("critical", "spike", None)
    assert days["low95"][100] < days["low80"][100] < days["expected"][100] < days["high80"][100] < days["high95"][100]
    quiet = CliRunner().invoke(app, ["anomalies", "--csv", str(series), "--json", "--no-scores"])
    assert "scores" not in json.loads(quiet.stdout)


def test_planned_days_are_not_told(series):
    day = date.fromordinal(739256 + 100).isoformat()
    for planned, told in ((day, 0), (f"{day}..{day}", 0), ("2020-01-01", 1)):
        done = CliRunner().invoke(app, ["anomalies", "--csv", str(series), "--planned", planned, "--json"])
        assert sum(row["series"] == "etl" for row in json.loads(done.stdout)["anomalies"]) == told


@pytest.mark.parametrize("text", ["day,a\n2026-01-01,5\n", "day,a,b\n2026-01-01,0,-1\n2026-01-03,0,\n"])
def test_one_row_zeros_and_negatives_have_answers(tmp_path, text):
    for command in ("forecast", "anomalies"):
        done = CliRunner().invoke(app, [command, "--csv", str(written(tmp_path, text)), "--json"])
        assert done.exit_code == 0, done.output
        assert "NaN" not in done.stdout


def test_holidays_of_a_country(series):
    for country, code in (("DE-BY", 0), ("US", 0), ("Atlantis", 1)):
        done = CliRunner().invoke(app, ["anomalies", "--csv", str(series), "--country", country, "--json"])
        assert done.exit_code == code


def test_tables_for_people(series):
    head, *rows = series.read_text().splitlines()
    series.write_text("\n".join([f"{head},unknown", *(f"{row}," for row in rows)]))
    for command in ("forecast", "anomalies"):
        done = CliRunner().invoke(app, [command, "--csv", str(series), "--country", "DE", "--planned", "2026-01-01"])
        assert done.exit_code == 0
        assert "etl" in done.output


def test_forecast_by_week_and_month(series):
    ask = ["forecast", "--csv", str(series), "--horizon", "70", "--json", "--step"]
    weeks = json.loads(CliRunner().invoke(app, [*ask, "week"]).stdout)["series"][0]
    first = [date.fromisoformat(step["from"]) for step in weeks["steps"]]
    assert {day.weekday() for day in first} == {0}
    inside = [day["mean"] for day in weeks["days"] if first[0] <= date.fromisoformat(day["day"]) < first[1]]
    assert len(inside) == 7
    assert weeks["steps"][0]["mean"] == pytest.approx(sum(inside), rel=1e-6)
    months = json.loads(CliRunner().invoke(app, [*ask, "month"]).stdout)["series"][0]["steps"]
    assert {step["from"][8:] for step in months} == {"01"}
    with pytest.raises(InputError, match="no step"):
        CliRunner().invoke(app, [*ask, "year"], catch_exceptions=False)

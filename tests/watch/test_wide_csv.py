"""Any wide CSV file: what is read, and what is said about what cannot be."""

import gzip
import json
from datetime import date

import numpy as np
import pytest
from typer.testing import CliRunner

from lib.cli.app import app
from lib.errors import InputError
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
    ("text", "place", "words"),
    [
        ("", "x.csv", "empty"),
        ("day,a\n", "x.csv", "no days"),
        ("day\n2026-01-01\n", "line 1", "only one column"),
        ("day,a,a\n2026-01-01,1,2\n", "line 1, column 3", "second column"),
        ("day,a,\n2026-01-01,1,2\n", "line 1, column 3", "no name"),
        ("day,a\n2026-01-01,1\n01.02.2026,2\n", "line 3, column 1", "not a day"),
        ("day,a\n2026-01-01 13:00,1\n", "line 2, column 1", "within a day"),
        ("day,a\n2026-01-01,1\n2026-01-01,1\n", "line 3, column 1", "twice"),
        ("day,a,b\n2026-01-01,1,1.000.000\n", "line 2, column 3", "not an amount"),
        ("day,a,b\n2026-01-01,1,inf\n", "line 2, column 3", "not an amount"),
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
    done = CliRunner().invoke(app, ["anomalies", "--csv", str(series), "--json", "--scores"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    (spike,) = [row for row in answer["anomalies"] if row["series"] == "etl"]
    assert spike["day"] == date.fromordinal(739256 + 100).isoformat()
    assert (spike["severity"], spike["direction"], spike["kind"]) == ("critical", "rise", "spike")
    assert spike["z"] == pytest.approx(spike["score"] * 1.7)
    assert len(answer["scores"]["etl"]["score"]) == 120


def test_holidays_of_a_country(series):
    for country, code in (("DE-BY", 0), ("US", 0), ("Atlantis", 1)):
        done = CliRunner().invoke(app, ["anomalies", "--csv", str(series), "--country", country, "--json"])
        assert done.exit_code == code


def test_tables_for_people(series):
    for command in ("forecast", "anomalies"):
        done = CliRunner().invoke(app, [command, "--csv", str(series)])
        assert done.exit_code == 0
        assert "etl" in done.output

"""The command line on the small demo: JSON is exact and complete, talk stays on stderr, exit codes are verdicts."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner, Result

from lib.cli.app import app
from lib.cli.explore import _value
from lib.context import Context
from lib.errors import AppError
from lib.explorer.by import DIMENSIONS
from lib.queries.types import SqlType
from tests.conftest import TODAY

PERIOD = ["--from", "2026-10-01", "--to", "2026-11-01"]
Run = Callable[..., Any]


@pytest.fixture
def run(demo_settings: object) -> Callable[..., Result]:
    def call(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), catch_exceptions=False)

    return call


@pytest.fixture
def ask(run: Callable[..., Result]) -> Run:
    def call(*words: str) -> Any:
        result = run(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return call


def added(rows: list[dict[str, Any]], column: str) -> D:
    return sum((D(row[column]) for row in rows if row[column] is not None), D(0))


@pytest.mark.parametrize("dim", [*DIMENSIONS, "tag:team"])
def test_spend_by_every_dimension_adds_up_to_the_same_bill(ask: Run, dim: str) -> None:
    whole = ask("spend", "--by", "product", *PERIOD)
    answer = ask("spend", "--by", dim, *PERIOD)
    for measure in ("list_cost", "cost", "vm_cost", "total_cost"):
        assert abs(added(answer["rows"], measure) - D(whole["total"][measure])) < D("1e-6"), measure
        assert D(answer["total"][measure]) == added(answer["rows"], measure)
    assert all(dim in row for row in answer["rows"])
    assert answer["unpriced"] == whole["unpriced"] != []


def test_two_dimensions_and_the_shape_of_an_answer(ask: Run) -> None:
    answer = ask("spend", "--by", "workspace,serverless", *PERIOD)
    assert set(answer) >= {"rows", "total", "unpriced", "period", "base", "currency", "as_of"}
    assert (answer["period"], answer["base"], answer["currency"]) == (
        {"from": "2026-10-01", "to": "2026-11-01"},
        "list",
        "USD",
    )
    row = answer["rows"][0]
    assert list(row)[:3] == ["workspace", "workspace_name", "serverless"]
    assert {"usage_quantity", "usage_unit", "dbus", "list_cost", "cost", "vm_cost", "total_cost"} <= set(row)
    assert isinstance(row["list_cost"], str)
    assert {row["serverless"] for row in answer["rows"]} == {True, False, None}


def test_unpriced_usage_is_null_not_zero(ask: Run) -> None:
    rows = ask("spend", "--by", "sku", *PERIOD)["rows"]
    unpriced = [row for row in rows if row["unpriced_quantity"] not in (None, "0")]
    assert unpriced
    assert all(row["list_cost"] is None and row["total_cost"] is None for row in unpriced)


def test_jobs_add_up_to_the_spend_of_jobs(ask: Run) -> None:
    jobs = ask("jobs", *PERIOD)
    by_job = ask("spend", "--by", "job", *PERIOD)
    named = [row for row in by_job["rows"] if row["job"] is not None]
    for measure in ("list_cost", "cost", "vm_cost", "total_cost"):
        assert abs(added(named, measure) - D(jobs["total"][measure])) < D("1e-6")
    assert jobs["cards"]["jobs"] == len(jobs["rows"])
    assert jobs["cards"]["runs"] == sum(row["runs"] for row in jobs["rows"])


def test_a_job_and_its_runs_add_up_to_its_line(ask: Run) -> None:
    line = ask("jobs", *PERIOD, "--limit", "1")["rows"][0]
    job = ask("job", line["workspace"], line["job"], *PERIOD)
    assert D(job["total"]["total_cost"]) == D(line["total_cost"])
    in_period = added(job["rows"], "period_cost") + added(job["rows"], "period_vm_cost")
    assert abs(in_period - D(line["total_cost"])) < D("0.005")


def test_a_run_adds_up_to_its_usage_rows(ask: Run) -> None:
    line = ask("jobs", *PERIOD, "--limit", "1")["rows"][0]
    run_line = next(r for r in ask("job", line["workspace"], line["job"], *PERIOD)["rows"] if r["cost"])
    run = ask("run", line["workspace"], line["job"], run_line["run"], *PERIOD)
    assert abs(added(run["rows"], "list_cost") - D(run["total"]["list_cost"])) < D("1e-6")
    assert abs(added(run["skus"], "cost") - D(run["total"]["cost"])) < D("0.005")
    first = run["rows"][0]
    assert [first[dim] for dim in ("workspace", "job", "run")] == [line["workspace"], line["job"], run_line["run"]]
    assert first["dbus"] == first["usage_quantity"]
    assert first["total_cost"] == first["cost"]


def test_a_change_says_of_which_days_it_is(ask: Run) -> None:
    assert ask("jobs", *PERIOD)["compared"] is None, "the account does not go back that far"
    jobs = ask("jobs", "--from", "2026-10-25", "--to", "2026-11-01")
    assert jobs["compared"] == {
        "recent": {"from": "2026-10-25", "to": "2026-11-01"},
        "previous": {"from": "2026-10-18", "to": "2026-10-25"},
    }
    row = next(row for row in jobs["rows"] if row["previous_cost"] is not None and row["recent_cost"] is not None)
    assert D(row["change"]) == D(row["recent_cost"]) - D(row["previous_cost"])


def test_jobs_that_used_nothing_have_a_dash_and_unpriced_usage_says_so(run: Callable[..., Result], ask: Run) -> None:
    idle = [row["job"] for row in ask("jobs", *PERIOD)["rows"] if row["dbus"] is None]
    lines = run("jobs", *PERIOD).stdout.splitlines()
    assert idle
    assert not any("unpriced" in line for line in lines if any(job in line for job in idle))
    assert "unpriced" in run("spend", "--by", "sku", *PERIOD).stdout


def test_filters_by_name_are_letters_not_patterns(ask: Run) -> None:
    names = [row["job_name"] for row in ask("jobs", *PERIOD)["rows"] if row["job_name"]]
    part = names[len(names) // 2][:6].upper()
    found = {row["job_name"] for row in ask("jobs", *PERIOD, "--name", part)["rows"]}
    assert found == {name for name in names if part.lower() in name.lower()}
    assert len(ask("jobs", *PERIOD, "--name", "%")["rows"]) == sum("%" in name for name in names)


def test_runs_of_all_jobs_are_listed_a_page_at_a_time(ask: Run) -> None:
    whole = ask("runs", *PERIOD, "--limit", "10000")
    jobs = ask("jobs", *PERIOD)
    assert whole["summary"]["runs"] == len(whole["rows"]) == sum(r["runs"] + r["skipped_runs"] for r in jobs["rows"])
    assert D(whole["summary"]["period_cost"]) == added(whole["rows"], "period_cost")
    dearest = ask("runs", *PERIOD, "--sort", "total_cost", "--limit", "5", "--offset", "5")["rows"]
    costs = sorted((D(row["total_cost"]) for row in whole["rows"] if row["total_cost"]), reverse=True)
    assert [D(row["total_cost"]) for row in dearest] == costs[5:10]


def test_sorting_and_amounts(ask: Run) -> None:
    rows = ask("jobs", *PERIOD, "--min", "1", "--max", "50", "--sort", "runs")["rows"]
    assert rows
    assert all(1 <= D(row["total_cost"]) <= 50 for row in rows)
    assert [row["runs"] for row in rows] == sorted((row["runs"] for row in rows), reverse=True)


@pytest.mark.parametrize("command", [["jobs"], ["runs"], ["spend", "--by", "product"], ["records"]])
def test_a_view_without_anything_says_which_days_there_are(run: Callable[..., Result], command: list[str]) -> None:
    shown = run(*command, "--from", "2031-01-01", "--to", "2031-02-01")
    assert shown.exit_code == 0
    assert "The account has usage from" in shown.stderr
    assert "unpriced" not in shown.stdout
    assert "0.00" not in shown.stdout


def test_queries_are_listed_and_shown_as_json_too(ask: Run) -> None:
    assert {"query": "jobs/table"} in ask("query")["rows"]
    assert "-- Row: (workspace_id, job_id)" in ask("query", "jobs/table", "--show")["text"]


def test_a_query_without_values_is_about_the_newest_month(run: Callable[..., Result]) -> None:
    shown = run("query", "jobs/table")
    assert "period_start=" in shown.stderr
    assert not shown.stderr.startswith("0 rows")


def test_times_without_a_zone_are_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert _value("2026-01-31T00:00", SqlType("TIMESTAMP"), "p") == datetime(2026, 1, 31, tzinfo=timezone.utc)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["report", "jobs", "--out", "r.docx"], ".pdf, .xlsx, .csv"),
        (["report", "job", "--out", "r.pdf"], "report job WS JOB"),
        (["report", "nope"], "executive"),
        (["query", "nope"], "lists them all"),
        (["query", "spend/by", "-p", "start_date=x"], "2026-01-31"),
        (["jobs", "--tag", "=x"], "KEY=VALUE"),
    ],
)
def test_what_cannot_be_used_says_what_can(run: Callable[..., Result], words: list[str], remedy: str) -> None:
    with pytest.raises(AppError) as error:
        run(*words)
    assert remedy in error.value.remedy
    assert not Path("r.docx").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["spend", "--by", "colour"], "no dimension 'colour'"),
        (["spend", "--by", "product,product"], "one or two different"),
        (["spend", "--by", "day", "--from", "2026-11-01", "--to", "2026-10-01"], "holds no day"),
        (["spend", "--by", "day", "--from", "2026-11-01"], "both --from and --to"),
        (["spend", "--by", "day", "--from", "1.11.2026", "--to", "2026-12-01"], "YYYY-MM-DD"),
        (["spend", "--by", "day", "--period", "last_5"], "no period called"),
        (["spend", "--by", "day", "--currency", "GBP"], "Nothing is priced in GBP"),
        (["spend", "--by", "day", "--base", "net"], "'net' is not known"),
        (["jobs", "--sort", "colour"], "cannot be sorted"),
        (["jobs", "--min", "ten"], "not an amount"),
        (["job", "nowhere", "1"], "no job '1'"),
        (["run", "nowhere", "1", "2"], "no run '2'"),
        (["query", "spend/bye"], "Did you mean"),
        (["query", "names/span", "-p", "x=1"], "no parameter"),
        (["report", "colours"], "not known"),
    ],
)
def test_mistakes_are_told_with_what_to_do(run: Callable[..., Result], words: list[str], said: str) -> None:
    with pytest.raises(AppError) as caught:
        run(*words)
    assert said in str(caught.value)
    assert caught.value.remedy or "not" in caught.value.message


def test_errors_are_one_message_on_stderr_and_exit_code_2(
    demo_settings: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lib.cli import main

    monkeypatch.setattr("sys.argv", ["lib", "spend", "--by", "colour"])
    with pytest.raises(SystemExit) as stopped:
        main()
    said = capsys.readouterr()
    assert (stopped.value.code, said.out) == (2, "")
    assert "error:" in said.err
    assert "Traceback" not in said.err


def test_trust_says_what_it_found(run: Callable[..., Result]) -> None:
    result = run("trust", *PERIOD, "--json")
    body = json.loads(result.stdout)
    assert len(body["rows"]) >= 12
    assert result.exit_code == (1 if body["verdict"] == "CRITICAL" else 0)
    assert {row["check"]: row["verdict"] for row in body["rows"]}["reconciled"] == "OK"


def test_query_shows_its_text_and_runs(run: Callable[..., Result], ask: Run) -> None:
    assert "-- Row:" in run("query", "spend/by", "--show").stdout
    rows = ask("query", "jobs/skus", "-p", "workspace_id=x", "-p", "job_id=y")["rows"]
    assert rows == []
    assert "jobs/table" in run("query").stdout


@pytest.mark.parametrize("base", ["list", "contract"])
def test_the_pdf_says_what_the_table_says(run: Callable[..., Result], ask: Run, tmp_path: Path, base: str) -> None:
    out = tmp_path / "jobs.pdf"
    assert run("report", "jobs", "--out", str(out), "--base", base, *PERIOD).exit_code == 0
    text = " ".join(page.extract_text() for page in PdfReader(out).pages)
    total = D(ask("jobs", "--base", base, *PERIOD)["total"]["total_cost"])
    assert f"${total:,.2f}" in text


def test_the_report_of_one_job(run: Callable[..., Result], ask: Run, tmp_path: Path) -> None:
    line = ask("jobs", *PERIOD, "--limit", "1")["rows"][0]
    out = tmp_path / "job.pdf"
    assert run("report", "job", line["workspace"], line["job"], "--out", str(out), *PERIOD).exit_code == 0
    text = " ".join(page.extract_text() for page in PdfReader(out).pages)
    assert f"${D(line['total_cost']):,.2f}" in text


@pytest.mark.parametrize("kind", ["queries", "query_findings", "clusters", "sql_warehouses", "recommendations"])
def test_the_report_of_a_list_in_three_formats(run: Callable[..., Result], tmp_path: Path, kind: str) -> None:
    totals = []
    for ending in ("pdf", "xlsx", "csv"):
        out = tmp_path / f"{kind}.{ending}"
        result = run("report", kind, "--out", str(out), *PERIOD, "--json")
        body = json.loads(result.stdout)
        assert (result.exit_code, body["bytes"]) == (0, out.stat().st_size)
        totals.append(body["total"]["total_cost"])
    assert len(set(totals)) == 1
    assert D(totals[0]) > 0


def test_the_report_of_a_narrowed_list(run: Callable[..., Result], tmp_path: Path) -> None:
    every, idle = tmp_path / "every.csv", tmp_path / "idle.csv"
    run("report", "clusters", "--out", str(every), *PERIOD)
    run("report", "clusters", "--narrow", "idle=yes", "--out", str(idle), *PERIOD)
    assert 1 < len(idle.read_text().splitlines()) < len(every.read_text().splitlines())
    with pytest.raises(AppError, match="cannot be narrowed by colour"):
        run("report", "clusters", "--narrow", "colour=red", *PERIOD)


def test_refresh_has_nothing_to_do_after_the_demo(run: Callable[..., Result], demo: Context) -> None:
    generation = demo.warehouse.generation
    assert json.loads(run("refresh", "--json").stdout)["days"] == 0
    assert demo.warehouse.generation == generation
    logged = json.loads(run("refresh", "--log", "--json").stdout)["rows"]
    assert [(row["kind"], row["result"]) for row in logged[:1]] == [("refresh", "nothing new")]
    assert "refresh" in run("refresh", "--log").stdout


def test_presets_are_relative_to_the_accounts_own_today(ask: Run) -> None:
    period = ask("spend", "--by", "product", "--period", "last_7")["period"]
    assert period == {"from": str(TODAY - timedelta(days=7)), "to": str(TODAY)}
    assert date.fromisoformat(period["to"]) == TODAY


def test_a_command_does_not_wait_for_what_others_need() -> None:
    code = "import sys; from lib.cli.commands import app_of; app_of(['demo']); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"

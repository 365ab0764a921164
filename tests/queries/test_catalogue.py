from pathlib import Path

import pytest

from lib.errors import NotFound, QueryError
from lib.queries.catalogue import Catalogue, parse_query

HEAD = "-- A query.\n-- Row: one\n-- Params: {params}\n-- Returns: n BIGINT\n"
PERIOD = "start_date DATE, end_date DATE"


def write(folder: Path, name: str, body: str, params: str = "none") -> None:
    path = folder / f"{name}.sql"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD.format(params=params) + body)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(
        tmp_path, "base/days", "SELECT d, n FROM system.billing.usage WHERE d >= :start_date AND d < :end_date", PERIOD
    )
    write(tmp_path, "base/weeks", "WITH w AS (SELECT n FROM days) SELECT n FROM w -- ends with a comment", PERIOD)
    write(tmp_path, "spend/plain", "SELECT n FROM days WHERE d >= :start_date AND d < :end_date", PERIOD)
    write(tmp_path, "spend/steps", "WITH a AS (SELECT n FROM weeks), b AS (SELECT n FROM a, days) SELECT n FROM b")
    write(tmp_path, "spend/again", "WITH RECURSIVE r AS (SELECT 1 AS n) SELECT r.n FROM r JOIN days ON days.n = r.n")
    return tmp_path


def test_queries_are_known_by_area_and_name(folder: Path) -> None:
    catalogue = Catalogue(folder)
    assert catalogue.names == ("base/days", "base/weeks", "spend/again", "spend/plain", "spend/steps")
    assert sorted(catalogue.relations) == ["days", "weeks"]
    query = catalogue["spend/steps"]
    assert (query.tables, query.relations) == (frozenset(), ("weeks", "days"))
    assert catalogue.uses(query) == ("days", "weeks")
    assert catalogue.closure(query) == {"system.billing.usage"}


def test_an_unknown_name_suggests_the_nearest(folder: Path) -> None:
    with pytest.raises(NotFound, match="Did you mean 'spend/plain'"):
        Catalogue(folder)["spend/plan"]


def test_relations_come_first_whatever_the_text_begins_with(folder: Path) -> None:
    catalogue = Catalogue(folder)
    plain = catalogue.expanded(catalogue["spend/plain"])
    assert plain.startswith("-- spend/plain\nWITH days AS (\n  SELECT d, n FROM system.billing.usage")
    steps = catalogue.expanded(catalogue["spend/steps"])
    assert steps.index("days AS (") < steps.index("weeks AS (") < steps.index("\na AS (")
    assert steps.count("WITH ") == 2, "the outer one and that inside weeks"
    again = catalogue.expanded(catalogue["spend/again"])
    assert "WITH RECURSIVE days AS (" in again
    assert "),\nr AS (SELECT 1 AS n)" in again


def test_stored_relations_stay_bare_names(folder: Path) -> None:
    catalogue = Catalogue(folder)
    text = catalogue.expanded(catalogue["spend/steps"], frozenset({"weeks"}))
    assert "weeks AS (" not in text
    assert "days AS (" in text
    assert catalogue.expanded(catalogue["base/weeks"], frozenset({"days"})).count("system.billing") == 0
    assert catalogue.closure(catalogue["spend/steps"], frozenset({"weeks", "days"})) == frozenset()


def test_relations_are_narrowed_for_queries_that_ask_for_it(folder: Path) -> None:
    body = "SELECT n FROM jobs WHERE d >= :start_date\n  -- narrowed to job: AND j = :job_id\n  AND d < :end_date"
    write(folder, "base/jobs", body.replace("jobs", "system.lakeflow.jobs"), PERIOD)
    asked = "workspace_id STRING, job_id STRING"
    write(folder, "one/all", "SELECT n FROM jobs")
    write(folder, "one/job", "SELECT n FROM jobs WHERE j = :job_id AND :workspace_id IS NOT NULL", asked)
    write(folder, "one/wrong", "SELECT n FROM jobs WHERE j = :job_id", "job_id STRING")
    for name in ("one/job", "one/wrong"):
        path = folder / f"{name}.sql"
        path.write_text(path.read_text().replace("\nSELECT", "\n-- Narrows: job\nSELECT", 1))
    catalogue = Catalogue(folder)
    assert "start_date\n    AND j = :job_id\n    AND d <" in catalogue.expanded(catalogue["one/job"])
    for name in ("one/all", "base/jobs"):
        assert "job_id" not in catalogue.expanded(catalogue[name])
    with pytest.raises(QueryError, match="parameters are missing"):
        catalogue["one/wrong"]


def test_relations_that_read_each_other_are_refused(folder: Path) -> None:
    write(folder, "base/days", "SELECT n FROM weeks WHERE d >= :start_date AND d < :end_date", PERIOD)
    catalogue = Catalogue(folder)
    with pytest.raises(QueryError, match="read each other"):
        catalogue.uses(catalogue["spend/plain"])


@pytest.mark.parametrize(
    ("body", "params", "message"),
    [
        ("SELECT 1 AS n WHERE :x", "none", "uses :x, which `Params:` does not name"),
        ("SELECT 1 AS n", "x STRING", "names x, which the text does not use"),
        ("SELECT n FROM nowhere", "none", "nowhere is neither a known table nor a base relation"),
        ("SELECT n FROM billing.usage", "none", "billing.usage is neither"),
        ("WITH days AS (SELECT 1 AS n) SELECT n FROM days", "none", "has the name of the base relation days"),
    ],
)
def test_mistakes_name_the_file(folder: Path, body: str, params: str, message: str) -> None:
    write(folder, "spend/wrong", body, params)
    with pytest.raises(QueryError) as caught:
        Catalogue(folder)["spend/wrong"]
    assert message in caught.value.message
    assert caught.value.place.startswith("lib/queries/spend/wrong.sql:")


def test_what_a_relation_asks_for_is_declared_by_its_reader(folder: Path) -> None:
    write(folder, "base/chosen", "SELECT n FROM days WHERE n = :x", f"{PERIOD}, x BIGINT")
    write(folder, "spend/reader", "SELECT n FROM chosen")
    with pytest.raises(QueryError, match="asks for :x"):
        Catalogue(folder)["spend/reader"]
    write(folder, "spend/reader", "SELECT n FROM chosen", "x BIGINT")
    assert Catalogue(folder)["spend/reader"].relations == ("chosen",)


def test_tables_are_all_but_steps_and_relations() -> None:
    text = HEAD.format(params="none") + (
        "WITH a AS (SELECT 1 FROM external.databricks_job_spends)\n"
        "SELECT n FROM a, reference.vm_prices, SYSTEM.Query.History, days, ledger.noted_days"
    )
    query = parse_query("x/y", text, frozenset({"days"}))
    assert query.tables == {
        "external.databricks_job_spends", "reference.vm_prices", "system.query.history", "ledger.noted_days",
    }  # fmt: skip
    assert query.relations == ("days",)
    assert query.body.startswith("WITH a AS")


def test_a_query_gets_the_rows_that_a_relation_sums_up(folder: Path) -> None:
    write(folder, "base/sums", "SELECT SUM(n) AS n FROM days WHERE d >= :start_date AND d < :end_date", PERIOD)
    path = folder / "base/sums.sql"
    path.write_text(path.read_text().replace("n BIGINT\n", "n BIGINT\n-- Live: days\n", 1))
    write(folder, "base/more", "SELECT n FROM sums WHERE n >= 0", PERIOD)
    write(folder, "spend/total", "SELECT SUM(n) AS n FROM sums")
    catalogue = Catalogue(folder)
    assert "SUM" not in catalogue.expanded(catalogue["spend/total"]).split("SELECT SUM(n) AS n FROM sums")[0]
    assert "SUM(n) AS n FROM days" in catalogue.expanded(catalogue["base/more"])
    assert "AS (" not in catalogue.expanded(catalogue["spend/total"], frozenset({"sums"}))

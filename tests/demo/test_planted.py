"""Every planted fact is really in the data, and is listed."""

import duckdb
import pytest

from tests.demo.planted_checks import CHECKS, TRAPS


@pytest.mark.parametrize("fact", CHECKS)
def test_fact_is_in_the_data(account: duckdb.DuckDBPyConnection, fact: str):
    held = account.execute(
        f"""
        WITH clock AS (SELECT CAST(max(loaded_at) AS DATE) AS today FROM meta.tables)
        SELECT p.entity, coalesce({CHECKS[fact]}, false) FROM meta.planted AS p WHERE p.fact = $fact""",
        {"fact": fact},
    ).fetchall()
    assert held
    assert [entity for entity, is_there in held if not is_there] == []


def test_every_listed_fact_is_checked(account: duckdb.DuckDBPyConnection):
    listed = {fact for (fact,) in account.execute("SELECT DISTINCT fact FROM meta.planted").fetchall()}
    assert listed == CHECKS.keys()


def test_facts_are_named_once_per_entity(account: duckdb.DuckDBPyConnection):
    twice = "SELECT fact, entity, workspace_id FROM meta.planted GROUP BY ALL HAVING count(*) > 1"
    assert account.execute(twice).fetchall() == []


def test_every_fact_says_what_it_is(account: duckdb.DuckDBPyConnection):
    silent = "SELECT fact FROM meta.planted WHERE fact IS NULL OR kind IS NULL OR entity IS NULL OR detail IS NULL"
    assert account.execute(silent).fetchall() == []


@pytest.mark.parametrize("trap", range(1, 37))
def test_every_trap_has_a_planted_case(trap: int):
    assert TRAPS[trap]
    assert set(TRAPS[trap]) <= CHECKS.keys()

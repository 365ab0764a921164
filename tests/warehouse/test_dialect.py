import subprocess
import sys
from pathlib import Path

import pytest

from lib.errors import QueryError
from lib.warehouse import dialect
from lib.warehouse.dialect import Translations, to_duckdb


def one_line(text: str) -> str:
    return " ".join(to_duckdb(text).split()).replace("( ", "(").replace(" )", ")")


@pytest.mark.parametrize(
    ("databricks", "duckdb"),
    [
        ("SELECT :a, x[:k] FROM t LIMIT :n", "SELECT $a, x[$k] FROM t LIMIT $n"),
        ("SELECT timestampdiff(HOUR, a, b)", "SELECT DATE_SUB('hour', a, b)"),
        ("SELECT max_by(x, t)", "SELECT ARG_MAX_NULL(x, t)"),
        ("SELECT date_sub(d, :n)", "SELECT CAST(CAST(d AS DATE) + INTERVAL ($n * -1) DAY AS DATE)"),
        ("SELECT pmod(pmod(a, 7), 3)", "SELECT ((((((a % 7) + 7) % 7) % 3) + 3) % 3)"),
        ("SELECT zeroifnull(isnull(x))", "SELECT COALESCE((x IS NULL), 0)"),
        ("SELECT to_timestamp(s)", "SELECT CAST(s AS TIMESTAMPTZ)"),
        ("SELECT a FROM `account`.`query`.`history`", 'SELECT a FROM "account"."query"."history"'),
    ],
)
def test_statements_are_translated(databricks: str, duckdb: str) -> None:
    assert one_line(databricks) == duckdb


def test_a_marker_that_would_get_lost_is_an_error() -> None:
    with pytest.raises(QueryError, match=":unit"):
        to_duckdb("SELECT date_trunc(:unit, t) AS r FROM t")


def test_text_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(QueryError, match="cannot be read"):
        to_duckdb("SELECT FROM WHERE (")


def test_a_translation_is_read_back_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Translations(tmp_path).duckdb("SELECT 1 AS x")
    monkeypatch.setattr(dialect, "to_duckdb", lambda *_: pytest.fail("translated again"))
    assert Translations(tmp_path).duckdb("SELECT 1 AS x") == first
    assert len(list(tmp_path.iterdir())) == 1


def test_a_form_that_nobody_translated_does_not_load_the_translator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, not_set, is_set = "SELECT a FROM t WHERE :x IS NULL OR a = :x", (("x", None),), (("x", True),)
    folded = Translations(tmp_path).duckdb(text, not_set)
    assert "WHERE" not in folded
    monkeypatch.delitem(sys.modules, "sqlglot")
    assert Translations(tmp_path).duckdb(text, not_set) == folded
    assert "$x IS NULL" in Translations(tmp_path).duckdb(text, is_set)


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert "SELECT" in Translations(blocked / "below").duckdb("SELECT 1 AS x")


def test_reading_queries_does_not_import_the_sql_parser() -> None:
    code = (
        "import sys; from lib.queries.catalogue import load; import lib.warehouse.embedded, lib.warehouse.writer;"
        "c = load(); [c.expanded(c[name]) for name in c.names]; sys.exit('sqlglot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Compares what was read with itself and with what is there, so that only what is new is left to write.

Rows are met by hashes first (a key and a content of 8 bytes each), so that an account of many million rows compares
in little memory; rows whose keys meet and whose contents differ are then compared by their real columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from lib.files.rules import Rule
from lib.files.schema import Table
from lib.files.sql import name_sql
from lib.files.staging import Staged
from lib.queries.types import SqlType


@dataclass(frozen=True)
class Kept:
    """Counts of rows that one import held more than once."""

    duplicates: int = 0
    conflicts: int = 0


@dataclass(frozen=True)
class Changes:
    """What is left in the scratch table after the comparison, and which old rows make way for it."""

    added: int
    replacing: int
    present: int
    older: int
    drops: str
    """Temporary table of old row ids, column `o`."""


def keep_newest(con: duckdb.DuckDBPyConnection, staged: Staged, rule: Rule) -> Kept:
    """Leave one row of each key in the scratch table: the newest, of equal ones the last."""
    key = ", ".join(_key(staged.table, rule))
    content = _hash(_content(staged.table))
    newest = f"{name_sql(rule.newest)} DESC NULLS LAST, " if rule.newest else ""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE losing AS
        WITH repeated AS (
            SELECT h FROM (SELECT {_hash(_key(staged.table, rule))} AS h FROM {staged.sql_name})
            GROUP BY h HAVING count(*) > 1
        ),
        placed AS (
            SELECT rowid AS n, row_number() OVER one AS place,
                {content} = first_value({content}) OVER one AS same
            FROM {staged.sql_name}
            WHERE {_hash(_key(staged.table, rule))} IN (SELECT h FROM repeated)
            WINDOW one AS (PARTITION BY {key} ORDER BY {newest}rowid DESC)
        )
        SELECT n, same FROM placed WHERE place > 1
        """
    )
    same, differing = _counts(con, "SELECT count(*) FILTER (same), count(*) FILTER (NOT same) FROM losing")
    if same or differing:
        con.execute(f"DELETE FROM {staged.sql_name} WHERE rowid IN (SELECT n FROM losing)")
    return Kept(same, differing)


def leave_new(con: duckdb.DuckDBPyConnection, staged: Staged, rule: Rule, old: str | None) -> Changes:
    """Take out of the scratch table what the table `old` already has, or has in a newer version."""
    drops = name_sql(f"drops of {staged.table.name}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {drops} (o BIGINT)")
    present = older = 0
    if old is not None:
        if rule.replaced_by:
            present = _meet_groups(con, staged, rule, old, drops)
        else:
            present, older = _meet_rows(con, staged, rule, old, drops)
    left, replacing = _counts(con, f"SELECT (SELECT count(*) FROM {staged.sql_name}), (SELECT count(*) FROM {drops})")
    replacing = min(left, replacing)
    return Changes(left - replacing, replacing, present, older, drops)


def _meet_rows(con: duckdb.DuckDBPyConnection, staged: Staged, rule: Rule, old: str, drops: str) -> tuple[int, int]:
    """Rows that are there already, and rows of which a newer version is there; both leave the scratch table."""
    key, content = _hash(_key(staged.table, rule)), _hash(_content(staged.table))
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE met AS
        SELECT new.n, old.o, new.c = old.c AS same
        FROM (SELECT rowid AS n, {key} AS h, {content} AS c FROM {staged.sql_name}) AS new
        JOIN (SELECT rowid AS o, {key} AS h, {content} AS c FROM {old}) AS old USING (h);
        CREATE OR REPLACE TEMP TABLE leaving AS SELECT n FROM met WHERE same
        """
    )
    (present,) = _counts(con, "SELECT count(*) FROM leaving")
    if rule.key:
        equal = " AND ".join(f"new.{name_sql(name)} IS NOT DISTINCT FROM old.{name_sql(name)}" for name in rule.key)
        newest = name_sql(rule.newest) if rule.newest else "NULL"
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE versions AS
            SELECT met.n, met.o, {_wins(newest) if rule.newest else "true"} AS wins
            FROM met
            JOIN {staged.sql_name} AS new ON new.rowid = met.n
            JOIN {old} AS old ON old.rowid = met.o
            WHERE NOT met.same AND {equal};
            INSERT INTO leaving SELECT n FROM versions WHERE NOT wins;
            INSERT INTO {drops} SELECT o FROM versions WHERE wins
            """
        )
    (leaving,) = _counts(con, "SELECT count(*) FROM leaving")
    if leaving:
        con.execute(f"DELETE FROM {staged.sql_name} WHERE rowid IN (SELECT n FROM leaving)")
    return present, leaving - present


def _meet_groups(con: duckdb.DuckDBPyConnection, staged: Staged, rule: Rule, old: str, drops: str) -> int:
    """Groups whose rows are all there already leave the scratch table; of the others the old rows make way."""
    group, content = _hash([name_sql(name) for name in rule.replaced_by]), _hash(_content(staged.table))
    summed = f"SELECT {group} AS h, count(*) AS count, sum({content}::HUGEINT) AS sum FROM"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE groups AS
        SELECT h, new.count = old.count AND new.sum = old.sum AS same
        FROM ({summed} {staged.sql_name} GROUP BY ALL) AS new JOIN ({summed} {old} GROUP BY ALL) AS old USING (h);
        INSERT INTO {drops} SELECT rowid FROM {old} WHERE {group} IN (SELECT h FROM groups WHERE NOT same)
        """
    )
    already = f"FROM {staged.sql_name} WHERE {group} IN (SELECT h FROM groups WHERE same)"
    (present,) = _counts(con, f"SELECT count(*) {already}")
    if present:
        con.execute(f"DELETE {already}")
    return present


def _wins(newest: str) -> str:
    """Whether the new version counts: it is not older, and NULL is the oldest."""
    return f"coalesce(new.{newest} >= old.{newest}, old.{newest} IS NULL)"


def _key(table: Table, rule: Rule) -> list[str]:
    return [name_sql(name) for name in rule.key] or _content(table)


def _content(table: Table) -> list[str]:
    """Expressions that together are a row's content: the order of a map's entries is not part of it."""
    return [part for column in table.columns for part in _canonical(name_sql(column.name), column.type)]


def _canonical(sql: str, type_: SqlType) -> Iterator[str]:
    if type_.name == "MAP":
        yield f"list_sort(map_entries({sql}))"
    elif type_.name == "STRUCT" and "MAP" in str(type_):
        yield f"{sql} IS NULL"
        for name, part in zip(type_.fields, type_.parts, strict=True):
            yield from _canonical(f"{sql}.{name_sql(name)}", part)
    else:
        yield sql


def _hash(expressions: list[str]) -> str:
    return f"hash({', '.join(expressions)})"


def _counts(con: duckdb.DuckDBPyConnection, statement: str) -> tuple[int, ...]:
    return tuple(int(value) for value in con.execute(statement).fetchone() or ())

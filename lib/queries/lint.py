"""Finds in a query what the engines would read differently. It runs in tests, never with users."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from lib.queries.bans import collections, numbers, selects, times, words
from lib.queries.bans.kinds import Kind, kind_of_type, kinds_of_outputs
from lib.queries.bans.statement import Finding, Statement
from lib.queries.catalogue import Catalogue, Query
from lib.queries.tokens import column_of, line_of, tokenise

Rule = Callable[[Statement], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    words.banned_function,
    words.banned_form,
    words.marker_as_word,
    words.clock_or_chance,
    words.doubled_quote,
    words.string_over_lines,
    words.semicolon,
    numbers.wide_price,
    numbers.decimal_division,
    numbers.unguarded_division,
    numbers.rounded_integer,
    numbers.text_of_number,
    times.moved_date,
    times.series_of_days,
    times.subtracted_times,
    times.elapsed_months,
    times.fraction_of_second,
    times.interval_span,
    times.text_of_time,
    times.quoted_format,
    selects.lateral_alias,
    selects.table_alias_as_column,
    selects.lateral_view,
    selects.generator_columns,
    selects.grouped_map,
    selects.struct_star,
    selects.aggregate_in_qualify,
    collections.unsorted_array,
    collections.array_index,
    collections.lambda_index,
    collections.struct_order,
)


@dataclass(frozen=True)
class Problem:
    """A place where a query breaks a rule."""

    rule: str
    place: str
    line: int
    column: int
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}:{self.line}:{self.column}: {self.rule}: {self.message} {self.remedy}"


def lint(query: Query, catalogue: Catalogue | None = None) -> list[Problem]:
    """What is wrong with a query, in order of place; with a catalogue, columns of its relations are known."""
    relations = [catalogue[f"base/{name}"] for name in query.relations] if catalogue else []
    kinds = {column.name.lower(): kind_of_type(column.type) for r in relations for column in r.returns}
    columns = {r.short_name: frozenset(column.name.lower() for column in r.returns) for r in relations}
    return lint_text(query.text, query.place, kinds, columns)


def lint_text(
    text: str,
    place: str = "",
    kinds: Mapping[str, Kind] | None = None,
    columns: Mapping[str, frozenset[str]] | None = None,
) -> list[Problem]:
    """What is wrong with a statement in Databricks SQL."""
    try:
        statement = read(text, kinds or {}, columns or {})
    except SqlglotError as error:
        return [Problem("syntax", place, 1, 1, str(error).splitlines()[0], "Write one statement in Databricks SQL.")]
    problems = [_problem(rule, finding, statement, place) for rule in RULES for finding in rule(statement)]
    return sorted(set(problems), key=lambda problem: (problem.line, problem.column, problem.rule))


def read(text: str, kinds: Mapping[str, Kind], columns: Mapping[str, frozenset[str]]) -> Statement:
    """The statement as the rules look at it."""
    tree = sqlglot.parse_one(text, dialect="databricks")
    own = {
        cte.alias.lower(): frozenset(name.lower() for name in cte.this.named_selects)
        for cte in tree.find_all(exp.CTE)
        if isinstance(cte.this, exp.Query)
    }
    return Statement(text, tuple(tokenise(text)), tree, kinds_of_outputs(tree, kinds), {**columns, **own})


def _problem(rule: Rule, finding: Finding, statement: Statement, place: str) -> Problem:
    offset = statement.offset_of(finding.where)
    name = rule.__name__.replace("_", "-")
    line, column = line_of(statement.text, offset), column_of(statement.text, offset)
    return Problem(name, place, line, column, finding.message, finding.remedy)

"""Decides how a line of a cloud's bill is read: its day, its tags, its cost, and whether it is to be taken over."""

from collections.abc import Callable

from duckdb.sqltypes import VARCHAR, DuckDBPyType

from lib.files.bills.layout import TAG_PREFIX, TAGS, BillLayout, plain, tag_column
from lib.files.convert import convert
from lib.files.opened import Opened, Refused, SourceColumn
from lib.files.reading import Check, Reading
from lib.files.report import Problem
from lib.files.scalars import Converted, Unfit, either
from lib.files.sql import text_sql
from lib.queries.types import parse_type

LINE = {
    "kind": "VARCHAR", "identity": "UBIGINT", "usage_date": "DATE", "cluster_id": "VARCHAR", "warehouse_id": "VARCHAR",
    "instance_pool_id": "VARCHAR", "service": "VARCHAR", "currency": "VARCHAR", "cost": "DECIMAL(38,18)",
}  # fmt: skip
"""What `Reading.values` are. `kind` is `tagged` (taken over), `untagged` or `own` (Databricks' own charges)."""
_MONEY = parse_type("DECIMAL(38,18)")
_TIME = parse_type("TIMESTAMP")
_TEXT = parse_type("STRING")
_TEXT_MAP = parse_type("MAP<STRING, STRING>")
_PAIRS_SHAPE = '[{"key":"VARCHAR","value":"VARCHAR"}]'
_NUMBER_REMEDY = "Write it with a decimal point and without currency or thousands separators."
_JSON_REMEDY = "Write it as JSON."
_EMPTY_REMEDY = "Leave the line out or fill it in."


def lines_of(opened: Opened, layout: BillLayout) -> Reading:
    """How a bill's lines are read; Refused when a column is of a type that never fits."""
    return _Lines(opened, layout).reading


class _Lines:
    def __init__(self, opened: Opened, layout: BillLayout) -> None:
        self.file, self.layout, self.reading = opened.file, layout, Reading()
        self.columns: dict[str, SourceColumn] = {}
        for column in opened.columns:
            self.columns.setdefault(plain(column.name), column)
        day = self._day(self._first(layout.day))
        cost = self._cost(self._first(layout.cost))
        currency = self._text(self._first(layout.currency), required=True)
        service = self._service(self._first(layout.service))
        tags = self._tags()
        taken = " OR ".join(f"{name} IS NOT NULL" for name in tags.values())
        kind = f"CASE WHEN {self._own()} THEN 'own' WHEN {taken} THEN 'tagged' ELSE 'untagged' END"
        kind = self._prepare("kind", kind)
        values = {"kind": kind, "identity": self._identity(list(tags.values())), "usage_date": day, **tags,
                  "service": service, "currency": f"upper({currency})", "cost": cost}  # fmt: skip
        self.reading.values = [values[name] for name in LINE]

    def _first(self, names: tuple[str, ...]) -> SourceColumn:
        return next(self.columns[name] for name in names if name in self.columns)

    def _all(self, names: tuple[str, ...]) -> list[SourceColumn]:
        return [self.columns[name] for name in names if name in self.columns]

    def _prepare(self, name: str, expression: str) -> str:
        self.reading.prepared[f"lakeledger_{name}"] = expression
        return f"lakeledger_{name}"

    def _check(self, column: SourceColumn, bad: str | None, wanted: str, remedy: str) -> None:
        if bad:
            self.reading.checks.append(Check(column.name, bad, column.sql, f"{{value}} is not {wanted}.", remedy))

    def _filled(self, column: SourceColumn) -> None:
        empty = f"coalesce(trim(CAST({column.sql} AS VARCHAR)), '') = ''"
        self.reading.checks.append(
            Check(column.name, empty, "NULL", "The value is empty, but every line needs one.", _EMPTY_REMEDY)
        )

    def _fit(self, column: SourceColumn, to: Callable[[], Converted], wanted: str) -> Converted:
        try:
            return to()
        except Unfit as error:
            message = f"The column is {str(column.type)[:60]}, which is not {wanted}."
            raise Refused([Problem(self.file.label, message, "Export it again.", column=column.name)]) from error

    def _day(self, column: SourceColumn) -> str:
        wanted = "a date such as 2026-01-31"
        time = self._fit(column, lambda: convert(column.sql, column.type, _TIME), wanted)
        day = f"CAST({time.value} AS DATE)"
        if self.layout.day_formats and column.type.id == "varchar":
            wanted += " or 01/31/2026 (the month first)"
            formats = ", ".join(map(text_sql, self.layout.day_formats))
            day = f"coalesce(CAST(try_strptime(trim({column.sql}), [{formats}]) AS DATE), {day})"
        name = self._prepare("day", day)
        self._filled(column)
        self._check(column, f"trim(CAST({column.sql} AS VARCHAR)) <> '' AND {name} IS NULL", wanted,
                    "Correct the value or export the column again.")  # fmt: skip
        return name

    def _cost(self, column: SourceColumn) -> str:
        cost = self._money(column)
        self._filled(column)
        credits = "".join(f" + coalesce({self._credits(column)}, 0)" for column in self._all(self.layout.credits))
        return f"{cost}{credits}"

    def _money(self, column: SourceColumn) -> str:
        wanted = "a number that fits DECIMAL(38,18)"
        cost = self._fit(column, lambda: convert(column.sql, column.type, _MONEY), wanted)
        self._check(column, cost.bad, wanted, _NUMBER_REMEDY)
        self.reading.rounding += [cost.rounded] if cost.rounded else []
        return f"({cost.value})"

    def _credits(self, column: SourceColumn) -> str:
        """The sum of a line's credits, which are negative: a list of amounts, the same as JSON, or a number."""
        amount = "TRY_CAST(CAST(c.amount AS VARCHAR) AS DECIMAL(38,18))"
        if column.type.id == "varchar":
            text = f"trim({column.sql})"
            # a decimal in the shape keeps the digits of every number
            shape = text_sql('[{"amount":"VARCHAR"," ":"DECIMAL(1,0)"}]')
            credits = self._prepare("credits", f"from_json(TRY_CAST({column.sql} AS JSON), {shape})")
            number = f"TRY_CAST({text} AS DECIMAL(38,18))"
            lost = f"{text} <> '' AND lower({text}) <> 'null' AND {credits} IS NULL AND {number} IS NULL"
        elif column.type.id == "list":
            credits, number, lost = column.sql, "NULL", "false"
        else:
            return self._money(column)
        unread = f"len(list_filter({credits}, lambda c: c.amount IS NOT NULL AND {amount} IS NULL)) > 0"
        wanted = 'a list of credits such as [{"amount": -0.5}]'
        self._check(column, either(lost, unread), wanted, _JSON_REMEDY)
        return f"coalesce(list_sum(list_transform({credits}, lambda c: {amount})), {number})"

    def _text(self, column: SourceColumn, *, required: bool = False) -> str:
        text = self._fit(column, lambda: convert(column.sql, column.type, _TEXT), "text")
        if required:
            self._filled(column)
        return f"nullif(trim({text.value}), '')"

    def _service(self, column: SourceColumn) -> str:
        """The name of a product; GCP has it inside a struct."""
        if column.type.id == "struct":
            return f'{column.sql}."description"'
        name = self._text(column)
        inner = f"json_extract_string(TRY_CAST({name} AS JSON), '$.description')"
        return f"CASE WHEN starts_with({name}, '{{') THEN {inner} ELSE {name} END"

    def _own(self) -> str:
        """True for a charge of Databricks itself."""
        pattern = text_sql(self.layout.own_pattern)
        tests = [
            f"coalesce(regexp_matches(lower(CAST({column.sql} AS VARCHAR)), {pattern}), false)"
            for column in self._all(self.layout.own)
        ]
        return " OR ".join(tests) or "false"

    def _identity(self, tags: list[str]) -> str:
        """The same for one line in two exports, whatever it costs in each."""
        columns = [self._first(self.layout.day), *self._all(self.layout.line)]
        return f"hash({', '.join([*(f'CAST({column.sql} AS VARCHAR)' for column in columns), *tags])})"

    def _tags(self) -> dict[str, str]:
        """Column of the table → the SQL of its tag."""
        flat = {tag: column for name, column in self.columns.items() if (tag := tag_column(name))}
        pairs = [self._pairs(column) for column in self._all(self.layout.tags)[:1]]
        found: dict[str, str] = {}
        for name, spellings in TAGS.items():
            values = [self._text(flat[tag]) for tag in spellings if tag in flat]
            values += [
                f"list_filter({tags}, lambda t: t.k = {text_sql(tag)})[1].v" for tags in pairs for tag in spellings
            ]
            found[name] = self._prepare(name, f"coalesce({', '.join(values)})" if values else "CAST(NULL AS VARCHAR)")
        return found

    def _pairs(self, column: SourceColumn) -> str:
        """A list of the tags that matter: plain key `k`, value `v`; empty values are no tags."""
        if column.type.id == "varchar":
            entries = self._json_pairs(column)
        else:
            tags = self._fit(column, lambda: convert(column.sql, column.type, _TEXT_MAP), "tags")
            self._check(column, tags.bad, "a list of tags", _JSON_REMEDY)
            entries = f"map_entries({tags.value})"
        key = f"regexp_replace(regexp_replace(lower(t.key), '[^a-z0-9]', '', 'g'), {text_sql(TAG_PREFIX)}, '')"
        pairs = f"list_transform({entries}, lambda t: {{'k': {key}, 'v': nullif(trim(t.value), '')}})"
        known = ", ".join(text_sql(tag) for spellings in TAGS.values() for tag in spellings)
        return self._prepare("tags", f"list_filter({pairs}, lambda t: t.v IS NOT NULL AND t.k IN ({known}))")

    def _json_pairs(self, column: SourceColumn) -> str:
        """Tags as JSON text: an object, an object without its braces (Azure), or a list of keys and values (GCP)."""
        text = self._prepare("tag_text", f"nullif(nullif(trim({column.sql}), ''), 'null')")
        listed = f"from_json(TRY_CAST({text} AS JSON), {text_sql(_PAIRS_SHAPE)})"
        whole = f"CASE WHEN starts_with({text}, '{{') THEN {text} ELSE '{{' || {text} || '}}' END"
        mapped = convert(whole, VARCHAR, _TEXT_MAP)
        # a list of pairs even where the text is neither
        entries = (
            f"CASE WHEN starts_with({text}, '[') THEN {listed} "
            f"WHEN {text} IS NOT NULL THEN {_structs(f'map_entries({mapped.value})')} END"
        )
        name = self._prepare("tag_pairs", entries)
        self._check(column, f"{text} IS NOT NULL AND {name} IS NULL", "tags as JSON", _JSON_REMEDY)
        return name


def _structs(entries: str) -> str:
    return f"CAST({entries} AS {DuckDBPyType('STRUCT(key VARCHAR, value VARCHAR)[]')})"

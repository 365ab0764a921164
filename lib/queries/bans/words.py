"""Functions and spellings that not every engine has, or that each reads in its own way."""

from collections.abc import Iterator

from lib.queries.bans.statement import Finding, Statement

FUNCTIONS: dict[str, str] = {
    "array_except": "filter(a, x -> NOT array_contains(b, x))",
    "array_remove": "filter(a, x -> x <> …)",
    "charindex": "instr(text, part)",
    "conv": "leave it out",
    "convert_timezone": "store and compare in UTC",
    "corr": "work it out from the rows, in Python",
    "crc32": "md5 or sha2",
    "date_diff": "timestampdiff for what elapsed, datediff(end, start) for calendar days",
    "dateadd": "date_add for days, + INTERVAL for times",
    "explode_outer": "LEFT JOIN to an exploded step",
    "first": "min, or max_by with the order spelled out",
    "forall": "NOT exists(a, x -> NOT …)",
    "format_number": "return the number; whoever shows it formats it",
    "format_string": "concat",
    "from_json": "get_json_object",
    "from_utc_timestamp": "store and compare in UTC",
    "get": "try_element_at(a, n)",
    "grouping_id": "grouping(column)",
    "hash": "md5 or sha2",
    "identifier": "write the table's name",
    "iff": "if(…)",
    "inline": "explode, then read the fields",
    "kurtosis": "work it out from the rows, in Python",
    "last": "max, or max_by with the order spelled out",
    "levenshtein": "leave it out",
    "log": "ln(x) / ln(10)",
    "log10": "ln(x) / ln(10)",
    "log2": "ln(x) / ln(2)",
    "make_interval": "INTERVAL :n DAYS, or date_add(d, :n)",
    "map_concat": "map_from_entries(concat(map_entries(a), map_entries(b))), keys known to differ",
    "map_filter": "map_from_entries(filter(map_entries(m), e -> …))",
    "map_zip_with": "explode both and join",
    "mode": "count, then QUALIFY row_number() = 1",
    "posexplode_outer": "LEFT JOIN to an exploded step",
    "printf": "concat",
    "regexp_substr": "regexp_extract(text, pattern, 0)",
    "shiftleft": "multiply, or CAST(FLOOR(POW(2, n)) AS BIGINT)",
    "size": "cardinality(…)",
    "regr_intercept": "work it out from the rows, in Python",
    "regr_r2": "work it out from the rows, in Python",
    "regr_slope": "work it out from the rows, in Python",
    "skewness": "work it out from the rows, in Python",
    "soundex": "leave it out",
    "stack": "UNION ALL, or UNPIVOT",
    "str_to_map": "split, then map_from_entries",
    "substring_index": "split_part(text, separator, n)",
    "to_json": "return the columns",
    "to_utc_timestamp": "store and compare in UTC",
    "transform_keys": "map_from_entries(transform(map_entries(m), e -> …))",
    "transform_values": "map_from_entries(transform(map_entries(m), e -> …))",
    "trunc": "CAST(date_trunc('MONTH', d) AS DATE)",
    "try_add": "+",
    "try_avg": "avg",
    "try_multiply": "*",
    "try_subtract": "-",
    "typeof": "leave it out",
    "width_bucket": "floor((x - low) / step)",
    "window": "date_trunc",
    "xxhash64": "md5 or sha2",
    "zip_with": "transform over arrays_zip",
}
"""Function → what to write instead. Missing in one engine, or another value in each."""

CLOCKS = frozenset(("CURRENT_DATE", "CURRENT_TIMESTAMP", "NOW", "CURDATE", "GETDATE", "LOCALTIMESTAMP"))
CHANCES = frozenset(("RAND", "RANDOM", "RANDN", "UUID"))
_ARGUMENTS = {"DATEDIFF": 2, "UNIX_TIMESTAMP": 1, "SPLIT": 2, "REPLACE": 3, "SUBSTRING": 3, "ARRAY_JOIN": 2}


def banned_function(statement: Statement) -> Iterator[Finding]:
    """A function of the table above."""
    for name, _ in statement.calls():
        if name.text.lower() in FUNCTIONS:
            yield Finding(
                name,
                f"{name.text}() differs between engines, or is missing in one.",
                f"Write {FUNCTIONS[name.text.lower()]}.",
            )


def banned_form(statement: Statement) -> Iterator[Finding]:
    """A function used with more arguments than all engines take: datediff with a unit, unix_timestamp of text, …"""
    for name, arguments in statement.calls():
        if len(arguments) > _ARGUMENTS.get(name.upper, len(arguments)):
            yield Finding(
                name,
                f"{name.text}() with {len(arguments)} arguments differs between engines.",
                f"Use the form with {_ARGUMENTS[name.upper]}; timestampdiff for what elapsed.",
            )
        if name.upper == "UNIX_TIMESTAMP" and (not arguments or arguments[0][0].kind == "string"):
            yield Finding(name, "unix_timestamp() of text, or of now, differs.", "Give it a timestamp column.")
        if name.upper in ("SUBSTRING", "SUBSTR") and len(arguments) > 1 and arguments[1][0].text == "0":
            yield Finding(name, "Position 0 is the first letter in Spark and before it in DuckDB.", "Start with 1.")


def marker_as_word(statement: Statement) -> Iterator[Finding]:
    """A marker where a unit stands is swallowed into a literal by the translation."""
    for name, arguments in statement.calls():
        first = arguments[0][0] if arguments and arguments[0] else None
        if first and first.kind == "marker" and name.upper in ("DATE_TRUNC", "DATE_PART", "TIMESTAMPDIFF"):
            yield Finding(first, f"{first.text} stands where {name.text}() needs a fixed word.", "Write the unit.")


def clock_or_chance(statement: Statement) -> Iterator[Finding]:
    """An answer that differs though text, values and data are the same cannot be kept or compared."""
    calls = {name.start for name, _ in statement.calls()}
    for token in statement.tokens:
        word = token.upper
        if word in CLOCKS | CHANCES and (token.start in calls or word.startswith("CURRENT_")):
            yield Finding(token, f"{token.text} answers differently each time.", "Pass the value as a parameter.")


def doubled_quote(statement: Statement) -> Iterator[Finding]:
    r"""`'it''s'` is `its` after translation."""
    for before, token in zip(statement.tokens, statement.tokens[1:], strict=False):
        if before.kind == token.kind == "string" and before.end == token.start:
            yield Finding(token, "A doubled quote is read as the end of the text.", r"Write \', or pass a parameter.")


def string_over_lines(statement: Statement) -> Iterator[Finding]:
    """A text that spans lines changes when a relation is indented into a statement."""
    for token in statement.tokens:
        if token.kind == "string" and "\n" in token.text:
            yield Finding(token, "A text goes over several lines.", "Write \\n.")


def semicolon(statement: Statement) -> Iterator[Finding]:
    """One statement a file."""
    for token in statement.tokens:
        if token.text == ";":
            yield Finding(token, "A semicolon ends the statement.", "Leave it out: a file is one statement.")

"""Names and texts as DuckDB reads them: whatever a file is called or holds stays data."""


def name_sql(name: str) -> str:
    """An identifier.

    >>> name_sql('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def text_sql(text: str) -> str:
    """A string literal.

    >>> text_sql("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def one_path(path: object) -> str:
    """A path that means this one file, where DuckDB would read `[`, `*` and `?` as a pattern.

    >>> one_path("/tmp/usage[1].csv")
    '/tmp/usage[[]1].csv'
    """
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path))

"""What the SQL parser knows of a space's statements: whether they parse, which tables they read, how they move.

Importing this loads sqlglot; nothing on the way to `--help` or `validate` does so unless SQL is asked about.
"""

from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

DIALECT = "databricks"


def complaint(text: str) -> str:
    """Why the text is not one statement of Databricks SQL; empty when it is."""
    if not text.strip():
        return "The SQL is empty."
    try:
        found = [statement for statement in sqlglot.parse(text, read=DIALECT) if statement is not None]
    except SqlglotError as error:
        details = getattr(error, "errors", None) or [{}]
        first = details[0]
        where = f" in its line {first['line']}" if first.get("line") else ""
        return f"The SQL does not parse{where}: {first.get('description') or str(error).splitlines()[0]}."
    if len(found) != 1:
        return f"This is {len(found)} statements; one is expected."
    return ""


def tables_of(text: str) -> tuple[str, ...]:
    """Tables that a statement reads, as written, common table expressions left out."""
    tree = sqlglot.parse_one(text, read=DIALECT)
    inner = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    names = []
    for table in tree.find_all(exp.Table):
        name = ".".join(part.name for part in table.parts)
        if name and name.lower() not in inner:
            names.append(name)
    return tuple(dict.fromkeys(names))


def moved(text: str, mapping: Mapping[str, str]) -> str:
    """The statement with names of other catalogs and schemas.

    mapping:  `catalog` or `catalog.schema` → the same of the target; the longest match counts

    Only names of tables and functions move, by their position in the text: comments, texts in quotes and the layout
    stay as they are, and so does a text that cannot be read. A column's full path (`catalog.schema.table.column`)
    moves with its table.

    >>> moved("SELECT 'dev.a' FROM dev.a.t -- dev.a", {"dev.a": "prod.b"})
    "SELECT 'dev.a' FROM prod.b.t -- dev.a"
    """
    dialect = sqlglot.Dialect.get_or_raise(DIALECT)
    try:
        tokens = dialect.tokenize(text)
    except SqlglotError:
        return text
    edits: list[tuple[int, int, str]] = []
    number = 0
    while number < len(tokens):
        chain = _chain(tokens, number)
        if len(chain) >= 3:
            names = [_name(tokens[position]) for position in chain]
            for position, old, wanted in zip(chain, names, move_parts(names, mapping), strict=True):
                if old != wanted:
                    edits.append((tokens[position].start, tokens[position].end + 1, quoted(wanted)))
        number = (chain[-1] if chain else number) + 1
    for start, end, wanted in reversed(edits):
        text = text[:start] + wanted + text[end:]
    return text


def move_parts(parts: list[str], mapping: Mapping[str, str]) -> list[str]:
    """`[catalog, schema, …]` under the mapping."""
    two = mapping.get(f"{parts[0]}.{parts[1]}") if len(parts) > 1 else None
    if two is not None:
        return [*two.split("."), *parts[2:]] if two.count(".") == 1 else parts
    one = mapping.get(parts[0])
    return [one, *parts[1:]] if one is not None else parts


def move_identifier(identifier: str, mapping: Mapping[str, str]) -> str:
    """A three-part name under the mapping.

    >>> move_identifier("dev.a.t", {"dev": "prod"})
    'prod.a.t'
    """
    from lib.genie.rules import parts_of

    parts = parts_of(identifier)
    new = move_parts(parts, mapping) if len(parts) >= 3 else parts
    return identifier if new == parts else ".".join(quoted(part) for part in new)


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    plain = name.replace("_", "a").isalnum() and not name[:1].isdigit() and name.isascii()
    return name if plain else f"`{name}`"


def _chain(tokens: list[sqlglot.Token], number: int) -> list[int]:
    """Positions of the names of `a.b.c` that begins at a token."""
    kinds = sqlglot.TokenType
    if not _is_word(tokens[number]) or (number and tokens[number - 1].token_type is kinds.DOT):
        return []
    chain = [number]
    while number + 2 < len(tokens) and tokens[number + 1].token_type is kinds.DOT and _is_word(tokens[number + 2]):
        number += 2
        chain.append(number)
    return chain


def _is_word(token: sqlglot.Token) -> bool:
    kinds = sqlglot.TokenType
    if token.token_type in (kinds.VAR, kinds.IDENTIFIER):
        return True
    return token.token_type not in (kinds.STRING, kinds.NUMBER, kinds.RAW_STRING) and token.text.isidentifier()


def _name(token: sqlglot.Token) -> str:
    return token.text.strip("`")

"""What belongs to the session, and upkeep of tables."""

from typing import TYPE_CHECKING

from lib.demo.workspace.commands.outcome import NOTHING, Outcome, table_of
from lib.demo.workspace.words import Words

if TYPE_CHECKING:
    from lib.demo.workspace.execution import Execution


def use(run: "Execution", words: Words) -> Outcome:
    """USE."""
    words.expect("USE")
    if words.accept("CATALOG"):
        catalog = words.identifier()
        run.unity.require_exists("CATALOG", catalog)
        run.unity.require(run.who, "USE CATALOG", "CATALOG", catalog)
        run.session.catalog, run.session.schema = catalog, "default"
        return NOTHING
    words.one_of("SCHEMA", "DATABASE")
    name = run.schema_name(words.name())
    run.unity.require_exists("SCHEMA", name)
    run.unity.require(run.who, "USE SCHEMA", "SCHEMA", name)
    run.session.catalog, run.session.schema = name.split(".")
    return NOTHING


def set_(run: "Execution", words: Words) -> Outcome:
    """SET."""
    words.expect("SET")
    if words.accept("TIME", "ZONE"):
        run.session.configure({"TIMEZONE": words.string()})
        return NOTHING
    key = ".".join(words.name())
    if words.done:
        return table_of({"key": [key], "value": [run.session.conf.get(key.upper(), "<undefined>")]})
    words.expect("=")
    token = words.token
    value = words.string() if token and token.kind == "string" else words.rest().strip()
    run.session.configure({key: value})
    return table_of({"key": [key], "value": [value]})


def reset(run: "Execution", words: Words) -> Outcome:
    """RESET."""
    words.expect("RESET")
    run.session.conf.pop(".".join(words.name()).upper(), None)
    return NOTHING


def maintain(run: "Execution", words: Words) -> Outcome:
    """OPTIMIZE and ANALYZE: accepted, for who may change the table; the first makes a version with the same rows."""
    optimize = words.one_of("OPTIMIZE", "ANALYZE") == "OPTIMIZE"
    words.accept("TABLE")
    name = run.table_name(words.name())
    run.unity.require_table(run.who, "MODIFY", name)
    if optimize:
        with run.changing(name, "OPTIMIZE"):
            pass
    return NOTHING

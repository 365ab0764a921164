"""GRANT and REVOKE."""

from typing import TYPE_CHECKING

from lib.demo.workspace.commands.outcome import NOTHING, Outcome
from lib.demo.workspace.sql_errors import SqlRefusal
from lib.demo.workspace.unity import PRIVILEGES
from lib.demo.workspace.words import Words

if TYPE_CHECKING:
    from lib.demo.workspace.execution import Execution


def grant(run: "Execution", words: Words) -> Outcome:
    """GRANT and REVOKE."""
    giving = words.one_of("GRANT", "REVOKE") == "GRANT"
    privileges = [_privilege(text) for text in words.until("ON").split(",")]
    words.expect("ON")
    kind, name = securable(run, words)
    words.expect("TO" if giving else "FROM")
    principal = words.principal()
    words.end()
    run.unity.require_exists(kind, name)
    run.unity.require(run.who, "MANAGE", kind, name)
    if principal not in run.state.people and principal not in run.state.groups and principal != "account users":
        raise SqlRefusal("PRINCIPAL_DOES_NOT_EXIST", f"Could not find principal with name {principal}.", "42704")
    for privilege in privileges:
        if privilege not in (*PRIVILEGES[kind], "ALL PRIVILEGES"):
            raise SqlRefusal(
                "INVALID_PARAMETER_VALUE", f"Privilege {privilege} is not applicable to this entity {name}.", "22023"
            )
    with run.state.lock:
        for privilege in privileges:
            change = run.state.grant if giving else run.state.revoke
            change(principal, privilege, kind, name)
        run.state.save()
    return NOTHING


def _privilege(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).upper()


def securable(run: "Execution", words: Words) -> tuple[str, str]:
    """What a GRANT is about: its kind and name."""
    kind = words.one_of("CATALOG", "SCHEMA", "DATABASE", "TABLE", "VIEW")
    parts = words.name()
    if kind == "CATALOG":
        return "CATALOG", parts[0]
    if kind in ("SCHEMA", "DATABASE"):
        return "SCHEMA", run.schema_name(parts)
    return "TABLE", run.table_name(parts)

"""Statements that are not queries: what creates, changes, grants and shows.

Nothing can be deleted for good: DROP, TRUNCATE, VACUUM and their like are refused, here as in the product. Rows may be
deleted; Delta keeps the versions.
"""

from collections.abc import Mapping

from lib.demo.workspace.commands import privileges, rows, session, shows, tables
from lib.demo.workspace.commands.outcome import Command, Outcome
from lib.demo.workspace.sql_errors import SqlRefusal
from lib.demo.workspace.words import Words

__all__ = ["Outcome", "command_for"]

DESTRUCTIVE = ("DROP", "TRUNCATE", "VACUUM", "UNDROP", "RESTORE", "PURGE")
_COMMANDS: Mapping[str, Command] = {
    "ALTER": tables.alter,
    "ANALYZE": session.maintain,
    "COMMENT": tables.comment_on,
    "CREATE": tables.create,
    "DELETE": rows.delete,
    "DESC": shows.describe,
    "DESCRIBE": shows.describe,
    "GRANT": privileges.grant,
    "INSERT": rows.insert,
    "MERGE": rows.merge,
    "OPTIMIZE": session.maintain,
    "RESET": session.reset,
    "REVOKE": privileges.grant,
    "SET": session.set_,
    "SHOW": shows.show,
    "UPDATE": rows.update,
    "USE": session.use,
}


def command_for(words: Words) -> Command | None:
    """Who runs the statement, None for a query."""
    first = words.peek()
    if first in ("SELECT", "VALUES", "(", "TABLE", "FROM"):
        return None
    if first == "WITH":
        return None if not _inserts_after_with(words) else rows.insert_with
    if first in DESTRUCTIVE:
        raise SqlRefusal("OPERATION_NOT_ALLOWED", f"{first} is not allowed: this workspace keeps everything.", "0A000")
    found = _COMMANDS.get(first)
    if found is None:
        raise words.wrong()
    return found


def _inserts_after_with(words: Words) -> bool:
    depth = 0
    for token in words.tokens:
        depth += {"(": 1, ")": -1}.get(token.upper, 0)
        if depth == 0 and token.upper in ("SELECT", "INSERT", "VALUES"):
            return token.upper == "INSERT"
    return False

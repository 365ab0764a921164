"""What the connector and its HTTP client raise, as our own errors: what happened, and what to do about it.

Two questions are answered apart: what to tell the reader (`as_ours`), and whether a read may be sent once more (`again`).
"""

import re
from dataclasses import dataclass

from lib.errors import (
    AccessError,
    AppError,
    Cancelled,
    QueryError,
    SettingsError,
    SignInError,
    SourceError,
    Starting,
    Unavailable,
)
from lib.warehouse.grants import grants

_LOST = ("invalid sessionhandle", "invalid operationhandle", "session is closed", "session_closed", "link has expired")
_CLASS = re.compile(r"\[([A-Z][A-Z0-9_]+(?:\.[A-Z0-9_]+)*)\]")
_NAME = re.compile(r"`[^`]+`(?:\.`[^`]+`){0,2}|'[\w$-]+(?:\.[\w$-]+){0,2}'|\b[\w-]+\.[\w-]+\.[\w-]+\b")
_STACK = re.compile(r"\n\s*\n|== SQL|\n\s+at |; line \d+ pos")
_UNQUOTED = str.maketrans("", "", "`'")
_NO_TABLE = ("TABLE_OR_VIEW_NOT_FOUND", "SCHEMA_NOT_FOUND", "NO_SUCH_CATALOG_EXCEPTION", "CATALOG_NOT_FOUND")
_NO_RIGHT = ("INSUFFICIENT_PERMISSIONS", "PERMISSION_DENIED", "INSUFFICIENT_PRIVILEGES", "UNAUTHORIZED_ACCESS")
_NO_VERSION = (
    "DELTA_VERSION_NOT_FOUND",
    "DELTA_FILE_NOT_FOUND",
    "DELTA_FILE_NOT_FOUND_DETAILED",
    "DELTA_TRUNCATED_TRANSACTION_LOG",
    "DELTA_UNSUPPORTED_TIME_TRAVEL_BEYOND_DELETED_FILE_RETENTION_DURATION",
)
_STOPPED = ("QUERY_CANCELED", "OPERATION_CANCELED", "QUERY_EXECUTION_TIMEOUT_EXCEEDED", "STATEMENT_TIMEOUT")


class NoTable(SourceError):
    """What this identity cannot read; `table` names it in lower case (a table, or the schema or catalog it is in), "" when
    the server did not."""

    table = ""


class NoVersion(SourceError):
    """A version of a table that can no longer be read: its files or its log were cleaned up."""


@dataclass(frozen=True)
class Situation:
    """What was being done when it went wrong."""

    host: str = ""
    warehouse: str = ""
    """Name or id, as people know it."""
    place: str = ""
    """The query's file."""
    principal: str = ""
    tables: tuple[str, ...] = ()
    """Tables the statement reads."""


def as_ours(error: BaseException, at: Situation) -> AppError:
    """The error of ours that says what a vendor's error means."""
    if isinstance(error, AppError):
        return error
    code = http_code(error)
    said = words(error)
    if code:
        return _of_code(code, said, at)
    if isinstance(error, ImportError):
        return SettingsError(
            "This kind of SQL warehouse does not speak the protocol that is installed.",
            place=at.warehouse,
            remedy="Choose another warehouse (LAKELEDGER_WAREHOUSE_ID), or install databricks-sql-connector[kernel].",
        )
    if _is_transport(error):
        return _of_transport(error, at)
    return _of_statement(said, at)


def again(error: BaseException) -> bool:
    """Would a read that failed so be worth one more try on a new connection? Never true for a statement's own mistakes."""
    if http_code(error) == 401:
        return True
    if "NewConnection" in str(error) or "NameResolution" in str(error):
        return False  # the connector has tried for a while, and nobody was there
    return _is_transport(error) or lost(error) or (type(error).__name__ == "RequestError" and not http_code(error))


def lost(error: BaseException) -> bool:
    """Is the session, the statement or a result file no longer there?"""
    text = str(error).lower()
    return any(sign in text for sign in _LOST)


def starting(error: BaseException) -> bool:
    """Is this what a warehouse says that is not up yet, or a server that is briefly away?"""
    return http_code(error) == 503 or "too many 503" in str(error)


def http_code(error: BaseException) -> int | None:
    """The HTTP status that a vendor's error carries."""
    context = getattr(error, "context", None)
    code = context.get("http-code") if isinstance(context, dict) else None
    return int(code) if code else None


def words(error: BaseException) -> str:
    """What the server said, in one line, without a stack and without the statement it quotes."""
    context = getattr(error, "context", None) or {}
    text = str(context.get("error-message") or getattr(error, "message", None) or error or "")
    said = " ".join(_STACK.split(text)[0].split()) or type(error).__name__
    return said.removeprefix("Error running query: ")[:400]


def _of_code(code: int, said: str, at: Situation) -> AppError:
    match code:
        case 401:
            return SignInError(
                "The workspace no longer accepts the sign-in.",
                place=at.host,
                remedy="Reload the page to sign in again; for a token or profile of your own, renew it.",
            )
        case 403:
            return AccessError(
                f"The identity in use may not use the SQL warehouse {at.warehouse}: {said}",
                place=at.host,
                remedy=f"Give {at.principal or 'it'} CAN USE on the warehouse, or choose another one.",
            )
        case 404:
            return SourceError(
                f"There is no SQL warehouse {at.warehouse} in this workspace.",
                place=at.host,
                remedy="Correct LAKELEDGER_WAREHOUSE_ID, or leave it out to have one chosen.",
            )
        case 429:
            return Unavailable(
                "The workspace gets too many requests at the moment.", place=at.host, remedy="Try again in a minute."
            )
        case 503:
            return _starting(at)
    if 400 <= code < 500:
        return QueryError(f"The warehouse refused the request ({code}): {said}", place=at.place)
    return Unavailable(
        f"The workspace failed to answer ({code}): {said}", place=at.host, remedy="Try again in a minute."
    )


def _starting(at: Situation) -> Starting:
    return Starting(
        f"The SQL warehouse {at.warehouse} is not up yet.",
        place=at.host,
        remedy="It is on its way; the page fills itself when it answers.",
    )


def _is_transport(error: BaseException) -> bool:
    from urllib3.exceptions import HTTPError

    return isinstance(error, HTTPError | ConnectionError | TimeoutError)


def _of_transport(error: BaseException, at: Situation) -> AppError:
    text = f"{type(error).__name__} {error}"
    if "503" in text:
        return _starting(at)
    if "429" in text:
        return _of_code(429, "", at)
    if "CERTIFICATE_VERIFY" in text or "SSLError" in text or "SSLCert" in text:
        return Unavailable(
            "The workspace's certificate is not one that this machine trusts.",
            place=at.host,
            remedy="Check the address; for a private authority set LAKELEDGER_CA_FILE.",
        )
    if "NameResolution" in text or "NewConnection" in text or "refused" in text:
        return Unavailable(
            "The workspace cannot be reached.",
            place=at.host,
            remedy="Check its address and the network; the app tries again by itself.",
        )
    return Unavailable(
        "The connection to the workspace broke.", place=at.host, remedy="The app tries again by itself; so can you."
    )


def _of_statement(said: str, at: Situation) -> AppError:
    found = _CLASS.search(said)
    kind = found[1].partition(".")[0] if found else ""
    lower = said.lower()
    if kind in _STOPPED or "cancel" in lower or "timed out" in lower or "timeout" in lower:
        return Cancelled(
            "The statement was stopped before it ended.",
            place=at.place,
            remedy="Choose a shorter period, or raise LAKELEDGER_STATEMENT_TIMEOUT.",
        )
    if kind in _NO_VERSION or "time travel" in lower or "timetravel" in lower:
        return NoVersion(
            f"A version of a table of the ledger can no longer be read: {said}",
            place=at.place,
            remedy="The next refresh publishes newer ones; `python -m lib refresh` does it now.",
        )
    if kind in _NO_TABLE or kind in _NO_RIGHT or ("does not have" in lower and "privilege" in lower):
        target = _named(said)
        within = [table for table in at.tables if (table + ".").startswith(target + ".")] if target else []
        error = no_table(", ".join(within) or target or ", ".join(at.tables), said, kind in _NO_RIGHT, at)
        error.table = target
        return error
    if any(sign in lower for sign in _LOST):
        return Unavailable("The warehouse ended the session.", place=at.host, remedy="Try again.")
    return QueryError(f"The warehouse refused the statement: {said}", place=at.place)


def no_table(table: str, said: str, denied: bool, at: Situation) -> NoTable:
    """A table that this identity cannot read, with the statements that change it."""
    what = f"{table} may not be read" if denied else f"{table} is not there, or may not be read"
    who = f" by {at.principal}" if at.principal else ""
    names = [name.strip() for name in table.split(",") if name.strip().count(".") == 2]
    error = NoTable(
        f"{what}{who}.",
        place=at.place,
        remedy="An account admin opens it with: " + " ".join(grants(names, at.principal)) if names else said,
    )
    error.table = table
    return error


def _named(said: str) -> str:
    """What may not be read: a table, or the schema or catalog it is in; in lower case, with dots.

    >>> _named("User does not have USE SCHEMA on Schema 'system.query'.")
    'system.query'
    >>> _named("[TABLE_OR_VIEW_NOT_FOUND] The table or view `system`.`query`.`history` cannot be found.")
    'system.query.history'
    """
    found = _NAME.search(said)
    return found[0].translate(_UNQUOTED).lower() if found else ""

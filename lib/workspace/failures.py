"""What databricks-sdk raises, as our own errors: what happened, and what the reader can do. No secret, no stack."""

from collections.abc import Iterator
from contextlib import contextmanager

from lib.errors import AccessError, AppError, Conflict, InputError, NotFound, SignInError, SourceError, Unavailable


class Unsure(Unavailable):
    """No answer came: it may have happened or not. Look before trying again."""


@contextmanager
def translated(doing: str, *, unsure: bool = False) -> Iterator[None]:
    """Run a block of SDK calls; `doing` says what for, in words: "start the warehouse".

    unsure:  an error on the server's side may have come after the deed, and is `Unsure` then

    The SDK's errors are an OSError by birth, so anything that catches those wants to be outside.
    """
    try:
        yield
    except AppError:
        raise
    except Exception as error:
        ours = as_ours(error, doing, unsure=unsure)
        if ours is None:
            raise
        raise ours from error


def as_ours(error: Exception, doing: str, *, unsure: bool = False) -> AppError | None:
    """The error of ours that says the same, None for one that is not the SDK's."""
    from databricks.sdk import errors
    from requests import exceptions

    said = words(error)
    match error:
        case errors.Unauthenticated():
            return SignInError(
                f"The workspace no longer accepts the sign-in, so it could not {doing}.",
                remedy="Reload the page to sign in again; for a token or profile of your own, renew it.",
                place=_code(error),
            )
        case errors.PermissionDenied():
            return AccessError(
                f"The identity in use may not {doing}: {said}",
                remedy="Ask an administrator of the workspace for the permission it names.",
                place=_code(error),
            )
        case errors.NotFound():
            return NotFound(
                f"Could not {doing}: {said}",
                place=_code(error),
                remedy="It may have been deleted, or its id may be of another workspace: look it up there.",
            )
        case errors.ResourceConflict() | errors.BadRequest():
            kind = Conflict if isinstance(error, errors.Aborted) else InputError
            return kind(
                f"The workspace refused to {doing}: {said}",
                remedy="Look at its state now, and try again.",
                place=_code(error),
            )
        case errors.TooManyRequests():
            return Unavailable(
                f"The workspace gets too many requests at the moment to {doing}.",
                remedy="Try again in a minute.",
                place=_code(error),
            )
        case errors.DatabricksError():
            return (Unsure if unsure else Unavailable)(
                f"The workspace could not {doing} just now: {said}", remedy="Try again in a minute.", place=_code(error)
            )
        case TimeoutError() | exceptions.RequestException() | ConnectionError():
            if unsure:
                return no_answer(doing)
            return Unavailable(
                f"The workspace did not answer in time to {doing}.",
                remedy="Check its address and the network; the app tries again by itself.",
            )
        case ValueError():
            return _configuration(said)
    return None


def no_answer(doing: str) -> Unsure:
    """What to say when it is not known whether something happened."""
    return Unsure(f"No answer came when it was to {doing}.", remedy="It may have happened: look before trying again.")


def words(error: BaseException) -> str:
    """The message without what the SDK appends about its configuration.

    >>> words(ValueError("default auth: cannot configure. Config: host=https://x, token=***"))
    'default auth: cannot configure'
    """
    text = str(error).strip().split("\n")[0]
    return text.split(". Config: ")[0].split(". Env: ")[0].rstrip(".") or type(error).__name__


def _code(error: Exception) -> str:
    return str(getattr(error, "error_code", "") or "")


def _configuration(said: str) -> AppError:
    if "invalid_client" in said or "secret" in said or "oauth" in said.lower():
        return SignInError(
            "The workspace does not accept the client id and secret.",
            remedy="Check DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.",
        )
    return SourceError(
        f"There is no way to sign in to a workspace: {said}.",
        remedy="Set LAKELEDGER_HOST and LAKELEDGER_TOKEN, a profile, or the DATABRICKS_* variables (docs/databricks.md).",
    )

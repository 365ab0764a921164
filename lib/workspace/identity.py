"""Who is looking: a person as the platform's proxy names them, and the role that their groups give.

Headers are taken for true only behind the proxy of Databricks Apps; anybody could send them elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address

from lib.access import Role, Viewer
from lib.errors import SignInError

DEMO_NAME = "demo@lakeledger.example"
DEMO = Viewer(DEMO_NAME, "Demo user", groups=frozenset({"admins"}), role=Role.ADMIN)
"""Who looks at data on this machine: nobody signs in, and everything is allowed."""


@dataclass(frozen=True)
class Person:
    """What the proxy says about the one who sent a request."""

    name: str
    """The e-mail address; the user id where the platform gives no address."""
    display_name: str = ""
    token: str | None = None


def person(headers: Mapping[str, str]) -> Person:
    """The person named by the proxy's headers; a SignInError when they name nobody."""
    said = {name.lower(): value for name, value in headers.items() if value}
    name = _text(said.get("x-forwarded-email") or said.get("x-forwarded-user") or "")
    if not name:
        raise SignInError(
            "Nobody is signed in.",
            remedy="Open the app by its address in the workspace; if you did, reload the page to sign in again.",
        )
    return Person(
        name=name,
        display_name=_text(said.get("x-forwarded-preferred-username", "")),
        token=said.get("x-forwarded-access-token"),
    )


def role(groups: Iterable[str], *, admins: frozenset[str], operators: frozenset[str]) -> Role:
    """The highest role that membership in `groups` gives; group names are compared without regard to case."""
    mine = {group.casefold() for group in groups}
    if mine & {group.casefold() for group in admins}:
        return Role.ADMIN
    if mine & {group.casefold() for group in operators}:
        return Role.OPERATOR
    return Role.VIEWER


def on_this_machine(address: str) -> bool:
    """Does a request from this address come from the machine itself?

    >>> [on_this_machine(a) for a in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "localhost", "192.0.2.7", "?")]
    [True, True, True, True, False, False]
    """
    if address == "localhost":
        return True
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def _text(value: str) -> str:
    """A header as the proxy meant it: servers read UTF-8 as latin-1.

    >>> _text("DÃ©mo")
    'Démo'
    """
    try:
        return value.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return value.strip()

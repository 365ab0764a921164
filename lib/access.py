"""Who is looking, and what that person may do: pure values and rules; `lib.context` finds out who it is."""

from dataclasses import dataclass, field
from enum import IntEnum

from lib.errors import AccessError


class Role(IntEnum):
    """What a person may do in the app; each role may do all that the ones before it may."""

    VIEWER = 0
    """Looks, and keeps own filters, alerts and views."""
    OPERATOR = 1
    """Also acts on clusters, warehouses and statements, where the workspace lets this person."""
    ADMIN = 2
    """Also changes what holds for everybody: teams, rules, spaces, settings."""


@dataclass(frozen=True)
class Viewer:
    """One person (or service principal) as the platform names it."""

    name: str
    """The sign-in name, usually an e-mail address; the key of everything that belongs to this person."""
    display_name: str = ""
    groups: frozenset[str] = frozenset()
    role: Role = Role.VIEWER
    token: str | None = field(default=None, repr=False, compare=False)
    """The forwarded access token, when the platform gave one; never stored, logged or shown."""

    def require(self, role: Role, to_do: str) -> None:
        """AccessError when this person's role is below `role`; `to_do` is the act in words ("stop clusters")."""
        if self.role < role:
            raise AccessError(
                f"{self.name} may not {to_do}.",
                remedy=f"This needs the role {role.name.lower()}; an administrator of the app gives it by group.",
            )

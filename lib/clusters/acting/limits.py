"""Where operators may act, by workspace and tag. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Where operators may act; admins may everywhere. Empty: no limit."""

    workspaces: frozenset[str] = frozenset()
    tags: tuple[tuple[str, str], ...] = ()
    """It must carry one of these; an empty value stands for any."""
    production: tuple[tuple[str, str], ...] = (("env", "prod"), ("env", "production"), ("environment", "prod"))
    """Those with one of these tags ask for their name before they are stopped or restarted."""


def tag_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Tags of a setting: `env=dev, team`; a key alone means any value.

    >>> tag_pairs("env=dev, team")
    (('env', 'dev'), ('team', ''))
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple((key.strip(), value.strip()) for key, _, value in (part.partition("=") for part in parts))


def carries(tags: Mapping[str, str], wanted: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the tags is there; case does not matter."""
    mine = {key.casefold(): value.casefold() for key, value in tags.items()}
    return any(
        key.casefold() in mine and (not value or mine[key.casefold()] == value.casefold()) for key, value in wanted
    )

"""How long work tells how far it is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""What is being done, how many steps are done, how many there are."""


def quiet(step: str, done: int, of: int) -> None:
    """A `Progress` that tells nobody."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lib.errors import SourceError
from lib.warehouse.generations import Generations
from lib.warehouse.store import Pointer


def pointer(name: str) -> Pointer:
    return Pointer(Path(f"account-{name}"), None, name)


@dataclass
class Opened:
    name: str
    closed: bool = False

    def close(self) -> None:
        assert not self.closed, "closed twice"
        self.closed = True


@dataclass
class Desk:
    """Stands for the folder: what the pointer says, and what has been opened."""

    now: str = "one"
    vanished: set[str] = field(default_factory=set)
    opened: list[Opened] = field(default_factory=list)

    def read(self) -> Pointer:
        return pointer(self.now)

    def open(self, at: Pointer) -> Opened:
        if at.generation in self.vanished:
            if at.generation == "moving":
                self.now = "next"
            raise SourceError("gone")
        self.opened.append(Opened(at.generation))
        return self.opened[-1]


def test_a_generation_is_opened_once_and_kept() -> None:
    desk = Desk()
    generations = Generations(desk.read, desk.open)
    for _ in range(3):
        with generations.current() as opened:
            assert opened.name == "one"
    assert len(desk.opened) == 1
    assert not desk.opened[0].closed


def test_a_reader_finishes_on_what_it_started_with() -> None:
    desk = Desk()
    generations = Generations(desk.read, desk.open)
    with generations.current() as first:
        desk.now = "two"
        with generations.current() as second:
            assert (first.name, second.name) == ("one", "two")
        assert not first.closed
    assert first.closed
    assert not second.closed


def test_an_idle_generation_is_closed_at_the_switch() -> None:
    desk = Desk()
    generations = Generations(desk.read, desk.open)
    with generations.current() as first:
        pass
    desk.now = "two"
    with generations.current():
        assert first.closed


def test_files_that_vanished_are_looked_for_again_when_the_pointer_has_moved() -> None:
    desk = Desk(now="moving", vanished={"moving"})
    with Generations(desk.read, desk.open).current() as opened:
        assert opened.name == "next"


def test_files_that_are_gone_for_good_are_an_error() -> None:
    desk = Desk(vanished={"one"})
    with pytest.raises(SourceError, match="gone"), Generations(desk.read, desk.open).current():
        pass


def test_close_lets_the_last_reader_finish() -> None:
    desk = Desk()
    generations = Generations(desk.read, desk.open)
    with generations.current() as opened:
        generations.close()
        assert not opened.closed
    assert opened.closed

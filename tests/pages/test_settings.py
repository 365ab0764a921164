"""Settings change what one sees."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.ui import session
from tests.pages.conftest import Open, forget, opener, table


@pytest.fixture
def set_to(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    def start(**values: str) -> Open:
        for name, value in values.items():
            monkeypatch.setenv(f"LAKELEDGER_{name.upper()}", value)
        return next(opener(home, monkeypatch))

    yield start
    forget()


def test_rows_on_a_screen(set_to) -> None:  # type: ignore[no-untyped-def]
    drawn = table(set_to(page_size="20")("jobs"), "jobs")
    assert len(drawn["rows"]) == 20
    assert drawn["pages"]["words"] == "1–20 of 64"


def test_pages_switched_off_are_neither_listed_nor_opened(set_to) -> None:  # type: ignore[no-untyped-def]
    open_page = set_to(hidden_pages="records, priorities")
    at = open_page("priorities")
    assert "switched off" in at.info[0].value
    assert not at.get("bidi_component")
    assert not open_page("jobs").info


def test_debug_says_what_went_wrong_without_secrets(set_to, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def breaks(*_: object) -> None:
        raise ZeroDivisionError("password=hunter2")

    monkeypatch.setattr(session, "options", breaks)
    assert "ZeroDivisionError" not in set_to()("jobs").error[0].value
    said = set_to(debug="true")("jobs").error[0].value
    assert "ZeroDivisionError" in said
    assert "hunter2" not in said

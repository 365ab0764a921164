"""Tables in a terminal: what is cut, what never is, and what a row does where there is little room."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lib.cli.table import columns, drawn, folded

HEADS = ["job", "owner", ">cost", "#id", "~why"]
ROW = [
    "nightly_" + "x" * 200,
    "ana@northwind.example",
    "$1,234,567.89",
    "3482915067342118 609680993234188",
    "It failed " * 12,
]


def table(room: int, *rows: list[str]) -> list[list[str]]:
    """A head and the rows, each as its lines."""
    lines = folded(columns(HEADS, rows), room)
    return [drawn(lines, number) for number in range(1 + len(rows))]


@pytest.mark.parametrize("room", [60, 80, 120, 200, 300])
def test_figures_and_ids_are_whole_at_any_width(room: int) -> None:
    text = "\n".join(table(room, ROW)[1])
    assert "$1,234,567.89" in text
    assert ROW[3] in text
    assert max(map(len, text.splitlines())) <= room


def test_with_room_a_row_is_one_line_and_nothing_is_cut() -> None:
    short = ["load", "ana", "$1.00", "1 2", "fine"]
    assert table(80, short) == [["job   owner   cost  id   why"], ["load  ana    $1.00  1 2  fine"]]


def test_a_name_gives_way_before_a_row_takes_two_lines() -> None:
    head, row = table(130, [*ROW[:4], "fine"])
    assert len(head) == len(row) == 1
    assert "…" in row[0]


def test_without_room_columns_go_on_below_and_stay_below_each_other() -> None:
    other = ["a", "b", "$2.00", "1 2", ""]
    head, first, second = table(60, [*ROW[:4], "fine"], other)
    assert len(head) > 1
    end = len(next(line for line in first if "$1,234,567.89" in line).split("$1,234,567.89")[0]) + len("$1,234,567.89")
    assert next(line for line in second if "$2.00" in line)[:end].endswith("$2.00")


def test_sentences_are_wrapped_not_cut() -> None:
    _, row = table(80, ROW)
    assert " ".join(" ".join(row).split()).count("It failed") == 12


def test_what_a_terminal_would_obey_is_shown_as_nothing() -> None:
    _, row = table(200, ["a\x1b[2Jb\nc", "", "", "", ""])
    assert row == ["a [2Jb c"]


WORDS = st.text(alphabet="abé漢", max_size=150)


@given(st.lists(st.lists(WORDS, min_size=5, max_size=5), max_size=4), st.integers(min_value=64, max_value=240))
def test_any_names_at_any_width_stay_inside_it_and_their_figures_whole(rows: list[list[str]], room: int) -> None:
    rows = [[name, owner, cost[:20], key[:20], why] for name, owner, cost, key, why in rows]
    for row, shown in zip(rows, table(room, *rows)[1:], strict=True):
        assert max(map(cell_len, shown)) <= room
        assert all(cell in "\n".join(shown) for cell in row[2:4])

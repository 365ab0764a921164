"""Every page asks for its frame before it asks for data: the first request of a server runs a page alone."""

import ast
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib import config
from lib.errors import AppError
from lib.ui import session
from tests.pages.conftest import ROOT, forget

PAGES = sorted((ROOT / "pages").glob("*.py"))
FRAMED = ("frame.require", "frame.title", "page.dated", "page.start", "job_parts.wanted")
"""Calls that ask for the frame before anything else."""


def first_call(text: str) -> ast.Call:
    """The first call that a page makes when it runs."""
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef):
            continue
        value = statement.value if isinstance(statement, ast.Assign | ast.Expr) else None
        if isinstance(value, ast.Call):
            return value
        if not isinstance(value, ast.Constant):
            break
    raise AssertionError("it begins with something else than a call")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_begins_with_its_frame(path: Path) -> None:
    call = first_call(path.read_text("utf-8"))
    assert ast.unparse(call.func) in FRAMED
    asked = [ast.unparse(part.func) for given in (*call.args, *call.keywords) for part in ast.walk(given)
             if isinstance(part, ast.Call)]  # fmt: skip
    assert set(asked) <= {"Scope"}, "worked out before the frame is asked for"


def test_a_call_before_the_frame_is_seen() -> None:
    with pytest.raises(AssertionError):
        test_a_page_begins_with_its_frame(_Text('frame.title("Pools", as_of=session.as_of_words())'))  # type: ignore[arg-type]
    with pytest.raises(AssertionError):
        test_a_page_begins_with_its_frame(_Text("view = session.view()\nframe.title(view)"))  # type: ignore[arg-type]


class _Text(str):
    def read_text(self, _: str) -> str:
        return str(self)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_run_alone_asks_nothing_of_the_source(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def refuse() -> None:
        asked.append(path.stem)
        raise AppError("The source is slow.")

    monkeypatch.setenv("LAKELEDGER_HOME", str(tmp_path))
    monkeypatch.chdir(ROOT)
    config.settings.cache_clear()
    monkeypatch.setattr(session, "context", refuse)
    monkeypatch.setattr(st, "rerun", st.stop)  # here nothing else than the page would start over
    at = AppTest.from_file(str(path), default_timeout=60)
    at.run()
    forget()
    assert not asked

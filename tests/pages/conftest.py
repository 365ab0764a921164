"""The app on the small account, without a browser."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lib import config
from lib.ui import export
from tests.once import copy_of
from tests.pages import small

ROOT = Path(__file__).parents[2]
Open = Callable[..., AppTest]
Files = dict[str, Callable[[], bytes]]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder that holds the small account."""
    return copy_of("small-home", small.make, tmp_path_factory)


@pytest.fixture
def app(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a page: `app("jobs", period="last_7")`; the page has run and raised nothing."""
    yield from opener(home, monkeypatch)


def opener(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """An opener for the account in a home folder."""
    monkeypatch.setenv("LAKELEDGER_HOME", str(home))
    monkeypatch.setenv("LAKELEDGER_SOURCE", "files")
    monkeypatch.chdir(ROOT)
    forget()

    def open_page(page: str = "overview", **params: Any) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if page != "overview":
            at.switch_page(f"pages/{page}.py")
        for name, value in params.items():
            at.query_params[name.rstrip("_")] = value
        at.run()
        assert not at.exception, at.exception
        return at

    yield open_page
    forget()


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Files:
    """The files that a page offers, by the label of their button."""
    found: Files = {}
    draw = export._button

    def noted(label: str, data: Callable[[], bytes], *rest: str, **more: str) -> None:
        found[label] = data
        draw(label, data, *rest, **more)

    monkeypatch.setattr(export, "_button", noted)
    return found


def forget() -> None:
    """Settings and answers of another account."""
    config.settings.cache_clear()
    st.cache_resource.clear()


def table(at: AppTest, key: str) -> dict[str, Any]:
    """What a table on the page shows."""
    for element in at.get("bidi_component"):
        if element.proto.id.endswith(f"-table-{key}"):
            return json.loads(element.proto.json)
    shown = [element.proto.id.rpartition("-table-")[2] for element in at.get("bidi_component")]
    raise AssertionError(f"no table {key!r} among {shown}")


def texts(drawn: dict[str, Any], label: str) -> list[str]:
    """The texts of one column, by its heading."""
    index = [column["label"] for column in drawn["columns"]].index(label)
    return [row["cells"][index].get("text", "") for row in drawn["rows"]]


def total(drawn: dict[str, Any], label: str) -> str:
    """The text of the total row in one column."""
    index = [column["label"] for column in drawn["columns"]].index(label)
    return drawn["total"]["cells"][index]["text"]


def card(at: AppTest, label: str) -> Any:
    """A summary card, by its label."""
    for metric in at.metric:
        if metric.label.split(" :gray-badge")[0] == label:
            return metric
    raise AssertionError(f"no card {label!r} among {[metric.label for metric in at.metric]}")


def said(at: AppTest) -> str:
    """All running text of the page."""
    kinds = (at.title, at.markdown, at.caption, at.info, at.warning, at.error, at.code)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")

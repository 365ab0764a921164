"""Files behind the platform's proxy: they are made after the page, when no headers say who looks any more."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit.runtime.context as streamlit_context
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.demo.workspace import Running, start
from lib.demo.workspace.state import ADMIN
from lib.errors import SignInError
from lib.ui import session
from tests.pages.conftest import Files, Open, opener

STARTS = {"PDF report": b"%PDF", "Excel": b"PK", "CSV": b"\xef\xbb\xbf"}


@pytest.fixture(scope="module")
def workspace() -> Iterator[Running]:
    with start(None) as running:
        yield running


@pytest.fixture
def hosted(home: Path, workspace: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """The app as the platform runs it; the person's headers are there while a page is drawn, and only then."""
    for name, value in {"APP_NAME": "lakeledger", "HOST": workspace.host, "CLIENT_ID": "", "CLIENT_SECRET": ""}.items():
        monkeypatch.setenv(f"DATABRICKS_{name}", value)
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    token = workspace.token_of(ADMIN, kind="obo", scopes=("sql", "iam.current-user:read"))
    headers = [("X-Forwarded-Email", ADMIN), ("X-Forwarded-Access-Token", token)]

    def sent() -> SimpleNamespace | None:
        return SimpleNamespace(headers=headers) if get_script_run_ctx(suppress_warning=True) else None

    monkeypatch.setattr(streamlit_context, "_get_client_context", sent)
    yield from opener(home, monkeypatch)


@pytest.mark.parametrize(
    ("page", "address", "labels"),
    [
        ("jobs", {}, {"PDF report", "Excel", "CSV"}),
        ("records", {}, {"Excel", "CSV"}),
        ("job", {"workspace_id": "ws1", "job_id": "j1"}, {"PDF report", "Excel", "CSV"}),
        ("run", {"workspace_id": "ws1", "job_id": "j1", "run_id": "j1-r45"}, {"Excel", "CSV"}),
        ("explorer", {}, {"Excel", "CSV"}),
    ],
)
def test_files_are_made_when_nobody_is_known_to_look(
    hosted: Open, offered: Files, page: str, address: dict[str, str], labels: set[str]
) -> None:
    at = hosted(page, **address)
    assert not at.error
    with pytest.raises(SignInError):
        session.viewer()
    assert set(offered) == labels
    for label, make in offered.items():
        assert make().startswith(STARTS[label]), label

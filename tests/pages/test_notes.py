"""Notes by a model on the page of a run: off unless a setting names an endpoint, and what it says is text."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.config import load
from lib.context import Context
from lib.jobs.job import job
from lib.jobs.run import run
from lib.jobs.table import jobs
from lib.spend.filters import Filters
from lib.spend.period import Period
from tests.pages.conftest import ROOT, forget, said


@pytest.fixture
def page(demo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The page of a run with a cluster, on a copy of the demo with a workspace of its own."""
    shutil.copytree(demo_home / "demo", tmp_path / "demo", ignore=shutil.ignore_patterns("workspace-*", "*.lock"))
    here = Context(load(source="demo", home=tmp_path))
    as_of = here.as_of
    filters = Filters(Period(as_of.today - timedelta(days=30), as_of.today))
    table = jobs(here.warehouse, filters, as_of).jobs
    classic = table[~table["is_serverless"].fillna(value=True).astype(bool)].iloc[0]
    ids = {"workspace_id": str(classic["workspace_id"]), "job_id": str(classic["job_id"])}
    for run_id in job(here.warehouse, filters, as_of, **ids).runs["run_id"]:
        if not run(here.warehouse, filters, *ids.values(), run_id).clusters.empty:
            break
    monkeypatch.setenv("LAKELEDGER_HOME", str(tmp_path))
    monkeypatch.setenv("LAKELEDGER_SOURCE", "demo")
    monkeypatch.chdir(ROOT)

    def opened() -> AppTest:
        forget()
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.switch_page("pages/run.py")
        for name, value in (ids | {"run_id": run_id, "period": "last_30"}).items():
            at.query_params[name] = value
        at.run()
        assert not at.exception
        return at

    yield opened
    forget()


def asking(at: AppTest) -> list:
    return [button for button in at.button if button.label.startswith("Note on this")]


def test_notes_are_off_unless_an_endpoint_is_named(page):
    assert asking(page()) == []


def test_a_note_is_asked_for_and_shown_as_text(page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LAKELEDGER_NOTES_ENDPOINT", "demo-notes")
    at = page()
    assert [button.label for button in asking(at)][:2] == ["Note on this cost", "Note on this configuration"]
    for button in asking(at)[:2]:
        at = button.click().run()
    assert not at.exception
    shown = [element.value for element in at.markdown if "stand-in" in element.value]
    assert len(shown) == 2
    assert all(r"\*\*Not a model\*\*" in text and r"\<b\>That is all" in text for text in shown)
    assert "Written by the model endpoint demo-notes" in said(at).replace("\N{WORD JOINER}", "")


def test_an_endpoint_that_is_not_there_is_said(page, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LAKELEDGER_NOTES_ENDPOINT", "nowhere")
    at = page()
    at = asking(at)[0].click().run()
    assert not at.exception
    assert "nowhere" in said(at)

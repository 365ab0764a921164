"""Every table on screen has files."""

import json
import re

import pytest
from streamlit.testing.v1 import AppTest

from lib.ui.frame import PAGES
from tests.pages.conftest import Open
from tests.pages.test_pages import IDS

# sentences about other pages, each with a link: their figures have files where they lead
WITHOUT = frozenset({"highlights"})
"""Tables that need no files."""


def tables(at: AppTest) -> set[str]:
    """Keys of the tables that are drawn and have rows."""
    drawn = [element.proto for element in at.get("bidi_component")]
    ids = [proto.id for proto in drawn if "-table-" in proto.id and json.loads(proto.json)["rows"]]
    return {id_.rpartition("-table-")[2] for id_ in ids}


def files(at: AppTest) -> set[str]:
    """Keys of the tables whose rows can be had as Excel and as CSV."""
    keys = [re.sub(r"^\$\$ID-[0-9a-f]+-", "", element.proto.id) for element in at.get("download_button")]
    excel, csv = ({key.removesuffix(f"-{end}") for key in keys if key.endswith(f"-{end}")} for end in ("xlsx", "csv"))
    return excel & csv


@pytest.mark.parametrize("page", [entry.file for entry in PAGES])
def test_every_table_has_files(app: Open, page: str) -> None:
    at = app(page, **IDS.get(page, {}))
    assert tables(at) - files(at) - WITHOUT == set()

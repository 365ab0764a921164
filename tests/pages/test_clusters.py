"""The list of clusters without a browser: figures equal the rows, filters are in the address, views are kept."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.store import configs
from lib.ui import session
from lib.ui.fleet_parts import VIEWS
from tests.pages.conftest import Open, card, opener, table, texts, total


@pytest.fixture(scope="module")
def fleet_home(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo as files: no workspace to ask."""
    made = tmp_path_factory.mktemp("fleet")
    shutil.copytree(demo_home / "demo", made / "files", ignore=shutil.ignore_patterns("workspace-*"))
    return made


@pytest.fixture
def fleet(fleet_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    yield from opener(fleet_home, monkeypatch)


def test_cards_equal_the_rows_and_running_comes_first(fleet: Open):
    at = fleet("clusters")
    drawn = table(at, "fleet")
    assert card(at, "Clusters").value == str(len(drawn["rows"])) == "13"
    assert total(drawn, "30 days").replace("$", "\\$") in card(at, "30 days").help
    states = texts(drawn, "State")
    running = [state.startswith("Running") for state in states]
    assert running == sorted(running, reverse=True)
    assert card(at, "Running").value == str(sum(running))
    assert not any(row.get("pick") for row in drawn["rows"]), "nothing can be acted on without a workspace"


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"policy": "policy-shared"}, {"shared-etl", "data-engineering", "risk-models"}),
        ({"q": "gpu"}, {"gpu-training"}),
        ({"state": "PENDING"}, set()),
        ({"idle": "yes", "q": "analytics-shared"}, {"analytics-shared"}),
    ],
)
def test_filters_are_in_the_address(fleet: Open, params, names):
    drawn = table(fleet("clusters", **params), "fleet")
    assert set(texts(drawn, "Cluster")) == names


def test_a_view_is_kept_under_its_name(fleet: Open):
    at = fleet("clusters", q="etl")
    at.text_input(key="view-name").input("Mine").run()
    at.button(key="view-save").click().run()
    assert not at.exception
    kept = configs.get(session.context().store, VIEWS, session.viewer().name)
    assert kept is not None
    assert kept.value == {"Mine": "q=etl"}
    links = [
        link.proto.page_link.label for link in fleet("clusters").get("page_link") if hasattr(link.proto, "page_link")
    ]
    links += [getattr(link.proto, "label", "") for link in fleet("clusters").get("page_link")]
    assert "Mine" in links


def test_those_without_findings_are_exactly_the_rest(fleet: Open):
    every, some = table(fleet("clusters"), "fleet"), table(fleet("clusters", found="yes"), "fleet")
    with_findings = {
        name
        for name, count in zip(texts(every, "Cluster"), texts(every, "Findings"), strict=True)
        if count not in ("0", "—")
    }
    assert set(texts(some, "Cluster")) == with_findings
    assert 0 < len(with_findings) < len(every["rows"])


def test_cards_show_the_same_clusters_in_the_order_of_the_address(fleet: Open):
    rows = table(fleet("clusters", fleet_sort="-total_cost"), "fleet")
    at = fleet("clusters", as_="cards", fleet_sort="-total_cost")
    links = [link.proto.label.strip("*") for link in at.get("page_link") if "Cluster" not in link.proto.label]
    shown = [name.replace("\\", "") for name in links if name.replace("\\", "") in texts(rows, "Cluster")]
    assert shown == texts(rows, "Cluster")
    assert card(at, "Clusters").value == str(len(shown))
    said_ = "\n".join(element.value for element in at.markdown)
    assert texts(rows, "30 days")[0].replace("$", "\\$") in said_


def test_ten_ways_to_sort_cards_are_columns_of_the_table(fleet: Open):
    from lib.ui.fleet_cards import ORDERS, WORDS
    from lib.ui.fleet_parts import COLUMNS

    names = {column.name for column in COLUMNS}
    assert len(ORDERS) > 8
    assert all(order.removeprefix("-") in names for order in ORDERS if order)
    assert set(WORDS) == set(ORDERS)


def test_costs_say_what_is_dbus_and_what_is_machines(fleet: Open):
    drawn = table(fleet("clusters"), "fleet")
    labels = [column["label"] for column in drawn["columns"]]
    for label in ("30 days", "7 days", "Newest day"):
        hovers = [row["cells"][labels.index(label)].get("hover", "") for row in drawn["rows"]]
        assert any("DBUs $" in hover and "machines $" in hover for hover in hovers)
    assert total(drawn, "DBUs, 30 days") != ""
    assert "env=" in "".join(texts(drawn, "Tags"))

"""The page of alerts: a rule is tried, saved, fires, is acknowledged, muted and deleted."""

from pathlib import Path

import pytest

from tests.pages.conftest import Open, card, said, table, texts


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAKELEDGER_STORE_URL", f"sqlite:///{tmp_path / 'state.db'}")


def press(at, key: str):
    at.button(key=key).click().run()
    assert not at.exception
    return at


def make(app: Open, amount: float = 1.0):
    at = app("alerts", edit="new")
    at.text_input(key="alert-name-new").set_value("Jobs")
    at.selectbox(key="alert-kind-new").select("job").run()
    at.number_input(key="alert-amount-new-job").set_value(amount)
    return at


def test_without_rules_the_page_says_what_to_do(app: Open):
    assert "no alert rules yet" in said(app("alerts"))


def test_a_rule_is_tried_before_it_is_saved(app: Open):
    at = press(make(app), "alert-try")
    assert "Would have fired" in said(at)
    assert table(at, "alert-trial")["rows"]
    assert "no alert rules yet" in said(app("alerts"))


def test_a_rule_that_cannot_be_used_says_why(app: Open):
    at = app("alerts", edit="new")
    at.text_input(key="alert-name-new").set_value("x")
    at.selectbox(key="alert-kind-new").select("job").run()
    at.button(key="alert-save").click().run()
    assert "amount" in at.error[0].value


def test_from_rule_to_inbox_to_history(app: Open):
    press(make(app), "alert-save")
    at = press(app("alerts"), "alerts-run")
    assert int(card(at, "Firing").value) > 0
    drawn = table(at, "open-alerts")
    assert set(texts(drawn, "Status")) == {"Firing"}
    from lib.config import settings
    from lib.store import Store, alerts

    state = alerts.states_of(Store.open(settings().store_address))[0]
    one = press(app("alerts", rule=state.rule_id, group=state.group_key), "alert-ack")
    assert "acknowledged" in said(one)
    listed = app("alerts", show="history")
    assert set(texts(table(listed, "alert-history"), "Happened")) == {"Fired", "Acknowledged"}
    assert card(listed, "Acknowledged").value == "1"
    over = press(app("alerts", rule=state.rule_id, group=state.group_key), "alert-resolve")
    assert "resolved" in said(over)
    assert card(app("alerts"), "Acknowledged").value == "0"
    assert "alert" in str([badge.value for badge in app().markdown])


def test_a_rule_is_changed_and_deleted(app: Open):
    press(make(app), "alert-save")
    from lib.config import settings
    from lib.store import Store, alerts

    (row,) = alerts.all_rules(Store.open(settings().store_address))
    at = app("alerts", edit=row.id)
    at.text_input(key=f"alert-name-{row.id}").set_value("Other name")
    press(at, "alert-save")
    assert texts(table(app("alerts", show="rules"), "alert-rules"), "Rule") == ["Other name"]
    press(app("alerts", edit=row.id), "alert-drop")
    assert "no alert rules yet" in said(app("alerts"))


def test_where_teams_are_told_is_kept(app: Open):
    at = app("alerts", show="routes")
    assert "goes to the owner that a tag of the thing names" in said(at)
    at.text_input(key=f"route-people-{at.selectbox(key='route-team').value}").set_value("data@x.org, lead@x.org").run()
    press(at, "route-keep")
    drawn = table(app("alerts", show="routes"), "routes")
    assert "data@x.org, lead@x.org" in texts(drawn, "Recipients")


def test_an_alert_opens_what_it_is_about_and_can_be_kept_off_ones_overview(app: Open):
    press(make(app), "alert-save")
    drawn = table(press(app("alerts"), "alerts-run"), "open-alerts")
    assert set(texts(drawn, "Look at it")) == {"Open this job"}
    assert "job?" in str(drawn)
    from lib.config import settings
    from lib.store import Store, alerts

    state = alerts.states_of(Store.open(settings().store_address))[0]
    assert "alert" in str([badge.value for badge in app().markdown])
    at = app("alerts", rule=state.rule_id, group=state.group_key)
    at.toggle(key="alert-overview").set_value(False).run()
    assert "alerts" not in str([badge.value for badge in app().markdown]).lower()

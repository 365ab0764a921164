"""Schedules: edges, time zones, both days on which the clock changes, holidays, manual restarts, the simulator."""

from datetime import datetime, timedelta, timezone

import pytest

from lib.clusters.schedules import Hour, Rule, chosen, due, moments, of, simulate, skipped, upcoming
from lib.errors import InputError
from lib.workspace.compute import LiveCluster

UTC = timezone.utc


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(rule: Rule, start: str, end: str) -> list[str]:
    return [f"{moment.act} {moment.at:%a %d %H:%M}" for moment in moments(rule, at(start), at(end))]


EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
BERLIN = Rule(EVERY_DAY, "02:30", "07:00", "Europe/Berlin", clusters=("c1",))


def test_spring_the_skipped_hour_counts_once() -> None:
    # 29 March 2026: 02:00 → 03:00 in Berlin; 02:30 does not exist and falls after the gap
    assert said(BERLIN, "2026-03-28 00:00", "2026-03-30 12:00") == [
        "stop Sat 28 01:30", "start Sat 28 06:00", "stop Sun 29 01:30", "start Sun 29 05:00", "stop Mon 30 00:30", "start Mon 30 05:00",
    ]  # fmt: skip


def test_autumn_the_doubled_hour_counts_once() -> None:
    # 25 October 2026: 03:00 → 02:00 in Berlin; 02:30 is there twice, the first one counts
    assert said(BERLIN, "2026-10-24 00:00", "2026-10-26 12:00") == [
        "stop Sat 24 00:30", "start Sat 24 05:00", "stop Sun 25 00:30", "start Sun 25 06:00", "stop Mon 26 01:30", "start Mon 26 06:00",
    ]  # fmt: skip


def test_working_days_in_new_york_and_the_holiday_without_a_start() -> None:
    rule = Rule(("wed", "thu", "fri"), "19:00", "08:00", "America/New_York", "US", clusters=("c1",))
    # Thanksgiving, 26 November 2026: stopped in the evening before, not started
    assert said(rule, "2026-11-25 00:00", "2026-11-28 00:00") == [
        "start Wed 25 13:00", "stop Thu 26 00:00", "stop Fri 27 00:00", "start Fri 27 13:00", "stop Sat 28 00:00",
    ]  # fmt: skip


def test_one_sided_only_stops() -> None:
    rule = Rule(("fri",), "20:00", clusters=("c1",))
    assert said(rule, "2026-11-01 00:00", "2026-11-15 00:00") == ["stop Fri 06 20:00", "stop Fri 13 20:00"]
    assert [moment.act for moment in upcoming(rule, at("2026-11-01 00:00"))] == ["stop", "stop"]


def test_only_the_newest_missed_moment_is_done() -> None:
    rule = Rule(EVERY_DAY, "20:00", "06:00", clusters=("c1",))
    found = due(rule, at("2026-11-01 00:00"), at("2026-11-10 07:00"))
    assert found is not None
    assert (found.act, found.at) == ("start", at("2026-11-10 06:00"))
    assert due(rule, found.at, at("2026-11-10 07:00")) is None


def cluster(**values: object) -> LiveCluster:
    return LiveCluster(**({"cluster_id": "c1", "name": "etl", "state": "RUNNING", "source": "UI"} | values))  # type: ignore[arg-type]


def test_a_manual_restart_is_respected_until_the_next_window() -> None:
    rule = Rule(EVERY_DAY, "20:00", clusters=("c1",))
    restarted = cluster(restarted_at=at("2026-11-10 20:10"))
    late = due(rule, at("2026-11-10 19:00"), at("2026-11-10 22:00"))
    assert late is not None
    assert skipped(late, restarted).startswith("somebody started it")
    tomorrow = due(rule, late.at, at("2026-11-11 20:05"))
    assert tomorrow is not None
    assert skipped(tomorrow, restarted) == ""
    assert skipped(tomorrow, cluster(state="TERMINATED")) == "it is not running"


def test_by_tag_without_those_that_opted_out() -> None:
    rule = Rule(tags="env=dev")
    dev = cluster(tags={"Env": "dev"})
    out = cluster(cluster_id="c2", tags={"env": "dev", "lakeledger-schedule": "off"})
    job = cluster(cluster_id="c3", tags={"env": "dev"}, source="JOB")
    assert chosen(rule, [dev, out, job, cluster(cluster_id="c4")]) == [dev]


def test_simulator_by_hand() -> None:
    # up 16:00-24:00 on a Tuesday, $2 an hour; works until 21:00, quiet after it; stop at 20:00
    hours = [Hour(at(f"2026-11-10 {h}:00"), 60, 0 if h < 21 else 60, 2.0) for h in range(16, 24)]
    two_sided = simulate(Rule(EVERY_DAY, "20:00", "06:00", clusters=("c1",)), hours)
    assert (two_sided.high, two_sided.low) == (8.0, 6.0)
    assert (two_sided.off_minutes, two_sided.busy_minutes, two_sided.nights) == (240, 60, 1)
    half = simulate(Rule(EVERY_DAY, "20:30", "06:00", clusters=("c1",)), hours)
    assert (half.high, half.busy_minutes) == (7.0, 30)
    # one-sided: somebody works right after it, so it is on again at once
    assert simulate(Rule(EVERY_DAY, "20:00", clusters=("c1",)), hours).high == 0
    # …but at 21:00 nobody does
    assert simulate(Rule(EVERY_DAY, "21:00", clusters=("c1",)), hours).high == 6.0
    # stopped on Saturday and not started before the next: off all week
    assert simulate(Rule(("sat",), "20:00", "06:00", clusters=("c1",)), hours).high == 16.0
    assert simulate(BERLIN, []).high == 0


def test_over_a_weekend_it_stays_off() -> None:
    rule = Rule(("mon", "tue", "wed", "thu", "fri"), "20:00", "06:00", clusters=("c1",))
    saturday = [Hour(at("2026-11-14 10:00"), 60, 60, 2.0)]
    assert simulate(rule, [*[Hour(at("2026-11-13 10:00"), 60, 0, 2.0)], *saturday]).high == 2.0


@pytest.mark.parametrize(
    "wrong",
    [{"stop_at": "24:00"}, {"start_at": "7"}, {"days": ()}, {"days": ("xxx",)}, {"zone": "Mars/Base"}, {"country": "ZZ"},
     {"clusters": ()}, {"start_at": "20:00"}],
)  # fmt: skip
def test_what_is_no_schedule_is_said(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Rule(**({"clusters": ("c1",)} | wrong))  # type: ignore[arg-type]


def test_a_rule_survives_the_store() -> None:
    assert of(BERLIN.plain()) == BERLIN
    assert timedelta(0) < BERLIN.stops().after(at("2026-11-10 00:00")) - at("2026-11-10 00:00")

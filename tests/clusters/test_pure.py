"""States, stories, runtimes, drift, history: by hand."""

import doctest
import importlib
from datetime import date, datetime, timedelta, timezone

import pytest

from lib.clusters import drift
from lib.clusters.acting import carries, tag_pairs
from lib.clusters.history import changes
from lib.clusters.runtimes import END_OF_SUPPORT, runtime
from lib.clusters.states import CLUSTER, WAREHOUSE, refusal
from lib.clusters.story import stories
from lib.workspace.compute import ClusterEvent, Reason
from lib.workspace.permissions import Grant, levels_of

T = datetime(2026, 6, 10, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "name",
    ["clusters.states", "clusters.story", "clusters.runtimes", "clusters.acting.limits", "clusters.fleet", "workspace.compute",
     "clusters.advice.autoscaling", "clusters.advice.node_choice"],
)  # fmt: skip
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"lib.{name}")).failed == 0


def event(minute: int, kind: str, **more: object) -> ClusterEvent:
    return ClusterEvent(T + timedelta(minutes=minute), kind, **more)  # type: ignore[arg-type]


def test_events_become_a_story_from_start_to_end() -> None:
    told = stories(
        [
            event(90, "TERMINATING", reason=Reason("INACTIVITY", "SUCCESS", {"inactivity_duration_min": "45"})),
            event(0, "STARTING", who="ann"),
            event(4, "RUNNING", workers=2),
            event(30, "RESIZING", cause="AUTOSCALE", workers=2, wanted_workers=4),
            event(33, "UPSIZE_COMPLETED", workers=4),
            event(40, "NODES_LOST", reason=Reason("SPOT_INSTANCE_TERMINATION", "CLOUD_FAILURE")),
            event(50, "DRIVER_NOT_RESPONDING"),
            event(52, "DRIVER_HEALTHY"),
        ]
    )
    (story,) = told
    assert [moment.says for moment in story.moments] == [
        "Started by ann", "Ready with 2 workers", "Scaled up to 4 workers", "Now at 4 workers",
        "Machines were lost: the cloud took back a spot machine", "The driver stopped answering, most often for lack of memory",
        "Stopped by itself after 45 minutes without work",
    ]  # fmt: skip
    assert (story.troubles, story.most_workers) == (2, 4)
    assert story.ended == T + timedelta(minutes=90)
    assert story.headline == "Started by ann; stopped by itself after 45 minutes without work"


def test_two_starts_are_two_stories_and_an_edit_between_stands_alone() -> None:
    told = stories(
        [
            event(0, "CREATING", who="ann"), event(60, "TERMINATING", reason=Reason("USER_REQUEST", "SUCCESS", {"username": "bob"})),
            event(70, "EDITED", who="ann"), event(120, "STARTING", who="cy"), event(125, "RUNNING"),
        ]
    )  # fmt: skip
    assert [story.headline for story in told] == [
        "Started by cy", "Its configuration was changed by ann", "Created and started by ann; stopped by bob",
    ]  # fmt: skip


def test_what_each_state_allows() -> None:
    assert refusal("start", "etl", "TERMINATING") == "etl is still stopping; it can be started once it has stopped."
    assert refusal("restart", "etl", "TERMINATED").startswith("etl cannot be restarted")
    assert all(not refusal(act, "etl", state) for act, states in CLUSTER.allowed.items() for state in states)
    assert refusal("stop", "bi", "STOPPED", WAREHOUSE) == "bi is stopped already."
    assert refusal("start", "bi", "STOPPING", WAREHOUSE).startswith("bi is still stopping")
    assert all(
        not refusal(act, "bi", state, WAREHOUSE) for act, states in WAREHOUSE.allowed.items() for state in states
    )


def test_runtimes_know_until_when_they_are_supported() -> None:
    assert runtime("12.2.x-scala2.12").supported(date(2026, 3, 1)) is True
    assert runtime("12.2.x-scala2.12").supported(date(2026, 3, 2)) is False
    assert runtime("5.5.x-scala2.11").supported(date(2026, 3, 2)) is False
    assert runtime("17.3.x-scala2.13").supported(date(2028, 10, 22)) is True
    assert runtime("custom:image").supported(date(2026, 3, 2)) is None


def test_a_runtime_whose_end_is_not_published_has_none() -> None:
    between = runtime("16.2.x-scala2.12")
    assert between.end_of_support is None
    assert between.supported(date(2025, 6, 1)) is None
    assert between.supported(date(2026, 11, 26)) is False
    for newer in ("18.0.x-scala2.13", "18.x-scala2.13", "19.9.x"):
        assert runtime(newer).end_of_support is None
        assert runtime(newer).supported(date(2026, 11, 26)) is None


def test_long_term_releases_are_supported_for_three_years() -> None:
    released = {(9, 1): date(2021, 9, 23), (10, 4): date(2022, 3, 18), (11, 3): date(2022, 10, 19), (12, 2): date(2023, 3, 1),
                (13, 3): date(2023, 8, 22), (14, 3): date(2024, 2, 1), (15, 4): date(2024, 8, 19), (16, 4): date(2025, 5, 9),
                (17, 3): date(2025, 10, 22)}  # fmt: skip
    assert {version: END_OF_SUPPORT[version] for version in released} == {
        version: day.replace(year=day.year + 3) for version, day in released.items()
    }


RULES = {
    "autotermination_minutes": {"type": "range", "minValue": 10, "maxValue": 60},
    "spark_version": {"type": "regex", "pattern": "1[5-9]\\..*"},
    "custom_tags.team": {"type": "unlimited", "isOptional": False},
    "node_type_id": {"type": "blocklist", "values": ["g5.12xlarge"], "isOptional": True},
    "aws_attributes.availability": {"type": "allowlist", "values": ["SPOT_WITH_FALLBACK"]},
    "cluster_type": {"type": "fixed", "value": "all-purpose"},
    "spark_conf.spark.databricks.x": {"type": "forbidden"},
    "num_workers": {"type": "fixed", "value": 4},
    "dbus_per_hour": {"type": "range", "maxValue": 1},
    "runtime_engine": {"type": "fixed", "value": "auto:latest"},
}
KEPT = {
    "autotermination_minutes": 60, "spark_version": "15.4.x-scala2.12", "custom_tags": {"team": "a"}, "node_type_id": "m5.xlarge",
    "aws_attributes": {"availability": "SPOT_WITH_FALLBACK"}, "cluster_source": "UI", "spark_conf": {}, "num_workers": 4,
}  # fmt: skip


def test_a_cluster_that_keeps_its_policy() -> None:
    assert drift.violations(RULES, KEPT) == []


@pytest.mark.parametrize(
    ("change", "path", "would_be"),
    [
        ({"autotermination_minutes": 61}, "autotermination_minutes", "60"),
        ({"autotermination_minutes": 0}, "autotermination_minutes", "10"),
        ({"spark_version": "14.3.x"}, "spark_version", ""),
        ({"custom_tags": {}}, "custom_tags.team", ""),
        ({"node_type_id": "g5.12xlarge"}, "node_type_id", ""),
        ({"aws_attributes": {"availability": "ON_DEMAND"}}, "aws_attributes.availability", ""),
        ({"cluster_source": "JOB"}, "cluster_type", "all-purpose"),
        ({"spark_conf": {"spark.databricks.x": "1"}}, "spark_conf.spark.databricks.x", "removed"),
        ({"num_workers": 5}, "num_workers", "4"),
    ],
)
def test_each_kind_of_rule_is_seen_broken(change: dict[str, object], path: str, would_be: str) -> None:
    (found,) = drift.violations(RULES, KEPT | change)
    assert (found.path, found.would_be) == (path, would_be)


def test_history_names_what_changed_and_who() -> None:
    first = {"change_time": T, "runtime": "14.3", "tags": [("a", "1")], "auto_stop_minutes": 0, "changed_by": None}
    second = first | {"change_time": T + timedelta(days=1), "runtime": "15.4", "tags": {"a": "1"}, "changed_by": "ann"}
    (found,) = changes([second, first])
    assert (found.attribute, found.before, found.after, found.who) == ("Runtime", "14.3", "15.4", "ann")


def test_tags_and_groups_are_compared_without_case() -> None:
    assert carries({"Env": "PROD"}, tag_pairs("env=prod"))
    assert not carries({"env": "dev"}, tag_pairs("env=prod"))
    assert carries({"sandbox": "x"}, tag_pairs("sandbox"))
    found = [
        Grant("group", "Platform", "CAN_RESTART"),
        Grant("user", "Ann@x", "CAN_ATTACH_TO"),
        Grant("group", "users", "CAN_ATTACH_TO"),
    ]
    assert levels_of(found, "ann@X", ["platform"]) == {"CAN_RESTART", "CAN_ATTACH_TO"}
    assert levels_of(found, "bob@x", []) == {"CAN_ATTACH_TO"}

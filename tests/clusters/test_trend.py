"""The moving average of load: known means, days not up, weights."""

from datetime import date, datetime, timedelta, timezone

import pandas as pd
import pytest

from lib.clusters.trend import smoothed

START = datetime(2026, 6, 1, 8, tzinfo=timezone.utc)


def hours(*days: tuple[int, float, int], role: str = "driver") -> pd.DataFrame:
    """(day, percent, node minutes) → one hour of that day."""
    rows = [
        {"hour_at": START + timedelta(days=day), "node_role": role, "node_minutes": minutes, "cpu_mean": value}
        for day, value, minutes in days
    ]
    return pd.DataFrame(rows).assign(hour_at=lambda frame: pd.to_datetime(frame["hour_at"], utc=True))


def values(frame: pd.DataFrame, days: int) -> list[float]:
    return [round(value, 6) for value in smoothed(frame, "cpu_mean", days)["value"]]


def test_a_series_with_a_known_mean() -> None:
    frame = hours(*[(day, value, 60) for day, value in enumerate([10, 20, 30, 40, 50])])
    assert values(frame, 3) == [10, 15, 20, 30, 40]
    assert values(frame, 14) == [10, 15, 20, 25, 30]


def test_a_constant_stays_what_it_is() -> None:
    assert values(hours(*[(day, 42, 60) for day in range(20)]), 7) == [42] * 20


def test_every_node_minute_counts_once() -> None:
    assert values(hours((0, 100, 10), (1, 0, 90)), 3) == [100, 10]


def test_days_not_up_are_gaps_and_count_nothing() -> None:
    found = smoothed(hours((0, 10, 60), (1, 30, 60), (10, 80, 60)), "cpu_mean", 3)
    assert list(found["usage_date"]) == [date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 11)]
    assert list(found["value"]) == pytest.approx([10, 20, 80])


def test_roles_are_apart_and_nothing_is_nothing() -> None:
    both = pd.concat([hours((0, 10, 60)), hours((0, 90, 60), role="worker")])
    assert dict(zip(smoothed(both, "cpu_mean", 3)["node_role"], values(both, 3), strict=True)) == {
        "driver": 10,
        "worker": 90,
    }
    assert smoothed(both.iloc[:0], "cpu_mean", 3).empty

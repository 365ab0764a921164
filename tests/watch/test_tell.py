"""Anomalies of a ledger: once, at the level that explains them, with nothing netted away."""

from datetime import date, timedelta

import numpy as np
import pytest

from lib.errors import InputError
from lib.spend.anomaly import Sensitivity
from lib.watch.daily import TOTAL, Key, parse_key
from lib.watch.tell import Mark, watch, with_marks
from tests.watch.ledger import START, ledger, steady

DAY = 120
SINCE = START + timedelta(days=60)
LEAST = Sensitivity(least_amount=10, least_share=0.2)


def costs():
    return {("1", "job", f"j{n}"): steady(n, 100) for n in range(6)} | {
        ("2", "warehouse", f"w{n}"): steady(50 + n, 300) for n in range(4)
    }


def told(daily, **more):
    return watch(daily, since=SINCE, sensitivity=LEAST, **more).told


def test_series_add_up_to_the_whole():
    daily = ledger(costs())
    kinds = {key.kind for key in daily.keys}
    assert kinds == {"total", "workspace", "product", "sku", "owner", "tag", "job", "warehouse"}
    for kind in kinds - {"job", "warehouse"}:
        rows = [number for number, key in enumerate(daily.keys) if key.kind == kind]
        assert np.allclose(daily.values[rows].sum(0), daily.series(TOTAL))
    assert daily.name(Key("job", "j1", "1")) == "name of j1"
    assert daily.name(Key("workspace", "2")) == "ws 2"


def test_a_clean_ledger_is_quiet():
    assert told(ledger(costs())) == ()


def test_a_job_that_explains_its_parents_is_told_at_the_job_alone():
    made = costs()
    made["1", "job", "j3"][DAY] += 2000
    (one,) = told(ledger(made))
    assert one.key == Key("job", "j3", "1")
    assert (one.day, one.thing.severity, one.thing.direction) == (START + timedelta(days=DAY), "critical", "rise")
    assert {"ws 1" in words for words in one.seen_in} == {True, False}
    assert "Whole account" in one.seen_in


def test_an_object_is_explained_by_its_skus():
    made = costs()
    made |= {("1", "job", f"j{n}:SKU_photon"): steady(90 + n, 50) for n in range(6)}
    made["1", "job", "j3"][DAY] += 500
    made["1", "job", "j3:SKU_photon"][DAY] += 1500
    one = next(one for one in told(ledger(made)) if one.key == Key("job", "j3", "1"))
    assert [cause.key for cause in one.causes] == [Key("sku", "SKU_photon"), Key("sku", "SKU_job")]
    assert [cause.share for cause in one.causes] == pytest.approx([0.75, 0.25], abs=0.02)
    assert sum(cause.amount for cause in one.causes) == pytest.approx(one.thing.impact, rel=0.02)


def test_what_many_parts_do_is_told_once_at_what_they_share():
    made = costs()
    for n in range(6):
        made["1", "job", f"j{n}"][DAY] *= 2.5
    found = told(ledger(made))
    assert len(found) == 1, [(one.key.text, one.thing.score) for one in found]
    (one,) = found
    assert one.key.kind in ("workspace", "product", "sku", "total", "tag")
    assert one.parts == 6
    assert len(one.causes) >= 6
    assert sum(cause.amount for cause in one.causes) == pytest.approx(900, rel=0.15)
    assert all(0.1 < cause.share < 0.3 for cause in one.causes[:6])


def test_offsetting_moves_are_both_told():
    made = costs()
    made["2", "warehouse", "w0"][DAY:] *= 3
    made["2", "warehouse", "w1"][DAY:] = 0
    made["2", "warehouse", "w2"][DAY] += 0
    directions = {one.key.key: one.thing.direction for one in told(ledger(made)) if one.key.kind == "warehouse"}
    assert directions == {"w0": "rise", "w1": "drop"}


def test_planned_days_are_not_told_and_marks_are():
    made = costs()
    made["1", "job", "j3"][DAY] += 2000
    day = START + timedelta(days=DAY)
    daily = ledger(made)
    assert told(daily, planned=lambda key: [(day, day)]) == ()
    only_this = told(daily, planned=lambda key: [(day, day)] if key.kind == "job" else [])
    assert all(one.key.kind != "job" for one in only_this)
    (one,) = told(daily)
    key = one.key
    assert with_marks([one], [Mark("acknowledged", key, one.identity, reason="load test")])[0].state == "acknowledged"
    assert with_marks([one], [Mark("muted", key, until=day)])[0].state == "muted"
    assert with_marks([one], [Mark("muted", key, until=day - timedelta(days=1))])[0].state == "open"
    assert with_marks([one], [Mark("muted", TOTAL)])[0].state == "open"


def test_incomplete_days_are_not_judged():
    made = costs()
    for values in made.values():
        values[-2:] *= 0.1
    daily = ledger(made, late=2)
    assert daily.last_day == START + timedelta(days=147)
    assert told(daily) == ()
    assert daily.late_series(TOTAL).shape == (2,)


def test_an_empty_ledger_is_no_error():
    from lib.watch.daily import Daily

    empty = Daily(date(2026, 1, 1), np.zeros((0, 0)), (), (), (), "USD", "team", np.zeros((0, 0)))
    assert watch(empty, since=date(2026, 1, 1)).told == ()


@pytest.mark.parametrize("text", ["total", "job:12@34", "tag:team=a@b", "product:JOBS", "workspace:9"])
def test_keys_are_spelled_and_read(text):
    assert parse_key(text).text == text


@pytest.mark.parametrize("text", ["", "jobs:1", "job:", "nothing"])
def test_what_is_no_key_is_said(text):
    with pytest.raises(InputError):
        parse_key(text)


def test_thousands_of_series_in_one_batch():
    rng = np.random.default_rng(0)
    made = {("1", "job", f"j{n}"): rng.lognormal(2, 0.1, 120) for n in range(700)}
    daily = ledger(made)
    assert len(daily.keys) > 1400
    assert len(told(daily)) < 15

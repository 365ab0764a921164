"""Which warehouse runs the queries, and why."""

import pytest

from lib.errors import NotFound, SourceError
from lib.workspace.warehouses import WarehouseInfo, choose

RUNNING_SERVERLESS = WarehouseInfo("s1", "serverless", "RUNNING", True)
RUNNING_PRO = WarehouseInfo("p1", "a pro without the flag", "RUNNING", False)
STOPPED_SERVERLESS = WarehouseInfo("s2", "asleep", "STOPPED", True)
STOPPED = WarehouseInfo("c1", "classic", "STOPPED", False)
GONE = WarehouseInfo("d1", "0 deleted", "DELETED", True)


@pytest.mark.parametrize(
    ("known", "expected", "reason"),
    [
        ([STOPPED, STOPPED_SERVERLESS, RUNNING_PRO, RUNNING_SERVERLESS, GONE], "s1", "serverless and running"),
        ([STOPPED, STOPPED_SERVERLESS, RUNNING_PRO, GONE], "p1", "running, and no serverless one runs"),
        ([STOPPED, STOPPED_SERVERLESS, GONE], "s2", "starts in seconds"),
        ([STOPPED, GONE], "c1", "none runs and none is serverless"),
    ],
)
def test_the_order_of_choice(known: list[WarehouseInfo], expected: str, reason: str) -> None:
    chosen = choose(known)
    assert (chosen.warehouse.id, chosen.others) == (expected, len(known) - 2)
    assert reason in chosen.reason


def test_a_warehouse_that_is_set_comes_first_even_when_it_sleeps() -> None:
    known = [RUNNING_SERVERLESS, STOPPED]
    assert choose(known, warehouse_id="c1").warehouse is STOPPED
    assert choose(known, warehouse_name="classic").warehouse is STOPPED
    assert choose(known, warehouse_id="c1", warehouse_name="serverless").reason == "set by id"


def test_a_wrong_id_names_those_there_are() -> None:
    with pytest.raises(NotFound) as caught:
        choose([STOPPED], warehouse_id="zzz")
    assert "classic (c1)" in caught.value.remedy


def test_no_warehouse_at_all() -> None:
    with pytest.raises(SourceError, match="no SQL warehouse"):
        choose([GONE])

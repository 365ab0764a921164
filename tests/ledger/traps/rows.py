"""Tables, days and rows that several rooms of traps share."""

from datetime import date
from typing import Any

from lib.spend.compare import AsOf
from lib.spend.period import Period
from tests.account import at

USAGE, PRICES = "system.billing.usage", "system.billing.list_prices"
JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
AS_OF = AsOf(date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 2))
JOINED = "billing.usage u JOIN billing.list_prices p ON u.sku_name = p.sku_name"


def cluster(name: str = "etl", changed: str = "2026-01-01 00:00", **values: Any) -> dict[str, Any]:
    return {
        "account_id": "acc-1", "workspace_id": "ws1", "cluster_id": "c1", "cluster_name": name, "change_time": at(changed),
        "change_date": at(changed).date(), "cluster_source": "UI", "owned_by": "ada",
    } | values  # fmt: skip

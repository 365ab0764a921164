import pytest

from lib.warehouse.names import embedded_name, remap
from lib.warehouse.spark import spark_name


def test_only_tables_change() -> None:
    text = (
        "-- reads system.billing.usage\n"
        "WITH own AS (SELECT 'system.billing.usage' AS s FROM `system`.billing.usage AS u)\n"
        "SELECT own.s,  usage.x /* kept */ FROM own JOIN system.query.history ON spend_daily.y = 1, spend_daily"
    )
    assert remap(text, embedded_name) == (
        "-- reads system.billing.usage\n"
        "WITH own AS (SELECT 'system.billing.usage' AS s FROM `account`.`billing`.`usage` AS u)\n"
        "SELECT own.s,  usage.x /* kept */ FROM own JOIN `account`.`query`.`history` ON spend_daily.y = 1, "
        "`book`.`ledger`.`spend_daily`"
    )


@pytest.mark.parametrize(
    ("written", "embedded", "spark"),
    [
        ("system.billing.usage", "`account`.`billing`.`usage`", "`billing`.`usage`"),
        ("external.databricks_job_spends", "`account`.`external`.`databricks_job_spends`",
         "`external`.`databricks_job_spends`"),
        ("reference.vm_prices", "`book`.`reference`.`vm_prices`", "`reference`.`vm_prices`"),
        ("ledger.noted_days", "`book`.`ledger`.`noted_days`", "`ledger`.`noted_days`"),
        ("spend_daily", "`book`.`ledger`.`spend_daily`", "`ledger`.`spend_daily`"),
    ],
)  # fmt: skip
def test_names_of_each_engine(written: str, embedded: str, spark: str) -> None:
    parts = tuple(written.split("."))
    assert embedded_name(parts) == embedded
    assert spark_name(parts) == spark

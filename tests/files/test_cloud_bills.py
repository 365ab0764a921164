"""Cost exports of the three clouds: which lines are taken over, what they cost, what a newer export replaces."""

import csv
import doctest
import gzip
import io
import json
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.config import load
from lib.context import Context
from lib.files.bills import layout as bill_layout
from lib.warehouse.connections import open_writable
from lib.warehouse.store import DatabaseFolder
from tests.account import node_minutes, price, usage
from tests.files.exports import loaded, problems, rows_of, run, write_parquet

COSTS = "external.cloud_costs"
TAKEN = "cloud, usage_date, cluster_id, warehouse_id, instance_pool_id, service, cost, currency"
Row = dict[str, Any]


def write_csv(path: Path, rows: list[Row], *, bom: bool = False) -> Path:
    """As a cloud writes it: the header first, quotes where needed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode("utf-8-sig" if bom else "utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def write_arrow(path: Path, table: pa.Table) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return path


def taken(home: Path) -> list[tuple[Any, ...]]:
    """Rows without their key, zeros at the end of costs cut."""
    found = rows_of(home, COSTS, TAKEN, order="cloud, usage_date, cluster_id, warehouse_id, service, currency")
    return [(*row[:6], float(row[6]), row[7]) for row in found]


def costs(home: Path) -> dict[tuple[str, str], float]:
    return {(str(row[1]), row[2]): row[6] for row in taken(home)}


def bill_notes(report: Any) -> list[str]:
    return [str(note) for note in report.notes if "file" in note.about]


def aws(day: str = "2026-01-31", cost: object = "1.5", cluster: str | None = "c1", **values: Any) -> Row:
    """A line of CUR 2.0."""
    tags = {"user_vendor": "Databricks", "user_cluster_id": cluster} if cluster else {"user_team": "web"}
    return {
        "identity_line_item_id": "x7gq", "identity_time_interval": f"{day}T00:00:00Z/{day}T01:00:00Z",
        "bill_billing_entity": "AWS", "line_item_usage_start_date": f"{day}T00:00:00.000Z",
        "line_item_resource_id": "i-1", "line_item_usage_type": "BoxUsage:m5.xlarge",
        "line_item_product_code": "AmazonEC2", "line_item_unblended_cost": cost, "line_item_currency_code": "USD",
        "line_item_line_item_description": "$0.192 per On Demand Linux m5.xlarge Instance Hour",
        "resource_tags": json.dumps(tags),
    } | values  # fmt: skip


def azure(day: str = "01/31/2026", cost: object = "1.5", cluster: str | None = "c1", **values: Any) -> Row:
    """A line of an actual cost export of an enterprise agreement."""
    tags = f'"Vendor": "Databricks","ClusterId": "{cluster}"' if cluster else ""
    return {
        "SubscriptionId": "s", "Date": day, "MeterCategory": "Virtual Machines", "MeterId": "m1",
        "CostInBillingCurrency": cost, "BillingCurrency": "EUR", "ResourceId": "/subscriptions/s/vm1", "Tags": tags,
        "ConsumedService": "Microsoft.Compute",
    } | values  # fmt: skip


def gcp(start: str = "2026-01-31 00:00:00 UTC", cost: object = "1.5", cluster: str | None = "c1", **values: Any) -> Row:
    """A line of the billing export as CSV: nested columns are JSON."""
    labels = [{"key": "vendor", "value": "databricks"}, {"key": "clusterid", "value": cluster}] if cluster else []
    return {
        "service.description": "Compute Engine", "sku.id": "2E27", "usage_start_time": start, "labels": json.dumps(labels),
        "cost": cost, "currency": "USD", "credits": "[]",
    } | values  # fmt: skip


def test_aws_lines_with_a_tag_become_rows_of_a_day(tmp_path: Path) -> None:
    lines = [
        aws(cost="0.100000000000000001"),
        aws(cost="0.2", line_item_usage_start_date="2026-01-31T23:00:00.000Z"),
        aws(cost="-0.05", line_item_line_item_type="Credit", line_item_resource_id=""),
        aws(cost="7", cluster=None), aws(cost="8", cluster=None, resource_tags=""),
        aws(cost="100", bill_billing_entity="AWS Marketplace", line_item_product_code="3f2kq"),
        aws(cost="50", line_item_line_item_description="Databricks Lakehouse Platform"),
        aws("2026-02-01", "3", None, resource_tags='{"user_sql_warehouse_id": "w1", "user_cluster_id": "c9"}'),
        aws("2026-02-01", "4", None, resource_tags='{"user_databricks_instance_pool_id": "p1"}', line_item_product_code="AmazonEBS"),
        aws("2026-02-01", "5", None, resource_tags='{"user_sql_endpoint_id": "w2"}', line_item_currency_code="EUR"),
    ]  # fmt: skip
    lines = [{"line_item_line_item_type": "Usage"} | line for line in lines]
    write_csv(tmp_path / "in/whatever.csv.gz", lines)
    report = run(tmp_path / "in", tmp_path / "home")
    assert taken(tmp_path / "home") == [
        ("AWS", date(2026, 1, 31), "c1", None, None, "AmazonEC2", 0.25, "USD"),
        ("AWS", date(2026, 2, 1), "c9", "w1", None, "AmazonEC2", 3.0, "USD"),
        ("AWS", date(2026, 2, 1), None, "w2", None, "AmazonEC2", 5.0, "EUR"),
        ("AWS", date(2026, 2, 1), None, None, "p1", "AmazonEBS", 4.0, "USD"),
    ]
    [(exact,)] = rows_of(tmp_path / "home", COSTS, "max(cost) FILTER (cluster_id = 'c1')")
    assert exact == Decimal("0.250000000000000001")
    assert bill_notes(report) == [
        "AWS Cost and Usage Report, 1 file: 6 lines (5.00 EUR, 7.25 USD) with a tag of Databricks; "
        "left out 2 lines (15.00 USD) without one and 2 lines (150.00 USD) of Databricks' own charges"
    ]
    assert report.ignored == ()
    assert loaded(tmp_path / "home") == {COSTS: 4}


@pytest.mark.parametrize(
    "header", ["resourceTags/user:ClusterId", "resource_tags_user_cluster_id", "resource_tags_user_clusterid"]
)
def test_aws_reports_with_a_column_for_each_tag(tmp_path: Path, header: str) -> None:
    slashed = "/" in header
    names = {
        "line_item_usage_start_date": "lineItem/UsageStartDate", "line_item_unblended_cost": "lineItem/UnblendedCost",
        "line_item_currency_code": "lineItem/CurrencyCode", "line_item_product_code": "lineItem/ProductCode",
        "bill_billing_entity": "bill/BillingEntity",
    }  # fmt: skip
    lines = [aws() | {header: "c1"}, aws(cost="2") | {header: ""}]
    lines = [
        {(names.get(k, k) if slashed else k): v for k, v in line.items() if k != "resource_tags"} for line in lines
    ]
    write_csv(tmp_path / "in/cur-00001.csv", lines)
    run(tmp_path / "in", tmp_path / "home")
    assert costs(tmp_path / "home") == {("2026-01-31", "c1"): 1.5}


def test_aws_parquet_has_maps_and_times_without_zone(tmp_path: Path) -> None:
    lines = [aws(), aws(cost=2.0, cluster="c2"), aws(cost=9.0, cluster=None)]
    hour = datetime(2026, 1, 31, 23)
    rows = [
        line | {"line_item_usage_start_date": hour, "line_item_unblended_cost": float(line["line_item_unblended_cost"]),
                "resource_tags": list(json.loads(line["resource_tags"]).items()), "product": [("product_name", "EC2")]}
        for line in lines
    ]  # fmt: skip
    rows[0]["product"] = None
    rows.append(rows[1] | {"product": [("product_name", "Databricks Lakehouse")]})
    schema = pa.schema(
        [(name, pa.string()) for name in lines[0] if name not in ("line_item_usage_start_date", "line_item_unblended_cost", "resource_tags")]
        + [("line_item_usage_start_date", pa.timestamp("ms")), ("line_item_unblended_cost", pa.float64()),
           ("resource_tags", pa.map_(pa.string(), pa.string())), ("product", pa.map_(pa.string(), pa.string()))]
    )  # fmt: skip
    folder = tmp_path / "in/data/BILLING_PERIOD=2026-01"
    write_arrow(folder / "cur-00001.snappy.parquet", pa.Table.from_pylist(rows, schema=schema))
    report = run(tmp_path / "in", tmp_path / "home")
    assert costs(tmp_path / "home") == {("2026-01-31", "c1"): 1.5, ("2026-01-31", "c2"): 2.0}
    assert "1 line (9.00 USD) without one and 1 line (2.00 USD) of Databricks' own" in bill_notes(report)[0]


def test_azure_lines_with_dates_of_both_kinds_and_tags_of_both_kinds(tmp_path: Path) -> None:
    lines = [
        azure(cost="1"),
        azure("1/31/2026", "2", MeterCategory="Storage", ResourceId="/disk"),
        azure("2026-01-31", "4", Tags='{"clusterid": "c1"}', ResourceId="/vm2"),
        azure("2026-02-01T00:00:00Z", "8", Tags='{"cluster_id":"c2","x":"a, \\"b\\""}'),
        azure("02/02/2026", "16", BillingCurrency="usd", Tags='"DatabricksInstancePoolId": "p", "n": null'),
        azure(cost="32", MeterCategory="Azure Databricks", ConsumedService="Microsoft.Databricks"),
        azure(cost="64", cluster=None), azure(cost="128", Tags="{}"), azure(cost="0.5", Tags="null"),
    ]  # fmt: skip
    write_csv(tmp_path / "in/azure/part_0_0001.csv", lines, bom=True)
    report = run(tmp_path / "in", tmp_path / "home")
    assert taken(tmp_path / "home") == [
        ("AZURE", date(2026, 1, 31), "c1", None, None, "Storage", 2.0, "EUR"),
        ("AZURE", date(2026, 1, 31), "c1", None, None, "Virtual Machines", 5.0, "EUR"),
        ("AZURE", date(2026, 2, 1), "c2", None, None, "Virtual Machines", 8.0, "EUR"),
        ("AZURE", date(2026, 2, 2), None, None, "p", "Virtual Machines", 16.0, "USD"),
    ]
    assert bill_notes(report) == [
        "Azure cost export, 1 file: 5 lines (15.00 EUR, 16.00 USD) with a tag of Databricks; "
        "left out 3 lines (192.50 EUR) without one and 1 line (32.00 EUR) of Databricks' own charges"
    ]


def test_azure_pay_as_you_go_as_parquet(tmp_path: Path) -> None:
    table = pa.table({
        "UsageDateTime": pa.array([datetime(2026, 1, 31, tzinfo=timezone.utc)] * 2), "PreTaxCost": [Decimal("0.25"), Decimal("1")],
        "Currency": ["USD"] * 2, "ServiceName": ["Virtual Machines"] * 2, "Tags": ['"ClusterId":"c1"', None],
        "InstanceId": ["/vm1", "/vm2"],
    })  # fmt: skip
    write_arrow(tmp_path / "in/costs.parquet", table)
    run(tmp_path / "in", tmp_path / "home")
    assert costs(tmp_path / "home") == {("2026-01-31", "c1"): 0.25}


def test_gcp_credits_are_added(tmp_path: Path) -> None:
    credits = json.dumps(
        [{"name": "Sustained use", "amount": -0.30000000000000004}, {"name": "CUD", "amount": -1.1e-05}]
    )
    lines = [
        gcp(credits=credits),
        gcp("2026-01-31 23:00:00.5 UTC", "1", credits=""),
        gcp("2026-02-01 00:30:00+02:00", "4", **{"service.description": "Networking"}),
        gcp(cost="9", cluster=None),
        gcp(cost="50", **{"service.description": "Databricks"}),
        gcp(cost="2", cluster=None, labels='[{"key":"sql-warehouse-id","value":"w"}]', currency="EUR"),
    ]
    write_csv(tmp_path / "in/bq-results.csv", lines)
    report = run(tmp_path / "in", tmp_path / "home")
    assert taken(tmp_path / "home") == [
        ("GCP", date(2026, 1, 31), "c1", None, None, "Compute Engine", 2.199989, "USD"),
        ("GCP", date(2026, 1, 31), "c1", None, None, "Networking", 4.0, "USD"),
        ("GCP", date(2026, 1, 31), None, "w", None, "Compute Engine", 2.0, "EUR"),
    ]
    assert "1 line (9.00 USD) without one and 1 line (50.00 USD) of Databricks' own" in bill_notes(report)[0]


def gcp_table(rows: list[tuple[float, list[float], str | None]]) -> pa.Table:
    """Cost, credits and cluster as BigQuery writes Parquet."""
    pair = pa.struct([("key", pa.string()), ("value", pa.string())])
    credit = pa.struct([("name", pa.string()), ("amount", pa.float64())])
    return pa.table({
        "service": pa.array([{"id": "6F81", "description": "Compute Engine"}] * len(rows)),
        "usage_start_time": pa.array([datetime(2026, 1, 31, 23, tzinfo=timezone.utc)] * len(rows)),
        "labels": pa.array([[{"key": "clusterid", "value": c}] if c else [] for _, _, c in rows], pa.list_(pair)),
        "cost": [cost for cost, _, _ in rows], "currency": ["USD"] * len(rows),
        "credits": pa.array([[{"name": "x", "amount": a} for a in amounts] for _, amounts, _ in rows], pa.list_(credit)),
    })  # fmt: skip


def test_gcp_parquet_has_structs_and_lists(tmp_path: Path) -> None:
    table = gcp_table([(0.1, [-0.02, -0.03], "c1"), (0.2, [], "c1"), (5.0, [], None)])
    write_arrow(tmp_path / "in/000000000000.parquet", table)
    run(tmp_path / "in", tmp_path / "home")
    assert rows_of(tmp_path / "home", COSTS, "service, cost") == [("Compute Engine", Decimal("0.25"))]


def test_gcp_without_credits_says_so(tmp_path: Path) -> None:
    line = gcp()
    del line["credits"]
    write_csv(tmp_path / "in/gcp.csv", [line])
    assert "gcp.csv: there is no column of credits: cost is before credits" in map(
        str, run(tmp_path / "in", tmp_path / "home").notes
    )


def test_bad_values_have_their_place_and_nothing_is_imported(tmp_path: Path) -> None:
    write_parquet(tmp_path / "in/billing.usage.parquet", "system.billing.usage", [usage()])
    write_csv(
        tmp_path / "in/azure.csv",
        [azure(), azure(cost="1,5"), azure("31/01/2026"), azure(Tags='"ClusterId"'), azure(BillingCurrency="")],
    )
    write_csv(tmp_path / "in/aws.csv", [aws(), aws(cost="free", cluster=None), aws("yesterday")])
    write_csv(tmp_path / "in/gcp.csv", [gcp(), gcp(credits="[{'amount': 1}]"), gcp(cost="")])
    write_arrow(tmp_path / "in/gcp.parquet", gcp_table([(1.0, [], "c1")]).set_column(3, "cost", pa.array(["x"])))
    assert [problem.partition(". ")[0] for problem in problems(tmp_path / "in", tmp_path / "home")] == [
        'aws.csv, line 3, column line_item_unblended_cost: "free" is not a number that fits DECIMAL(38,18)',
        'aws.csv, line 4, column line_item_usage_start_date: "yesterdayT00:00:00.000Z" is not a date such as 2026-01-31',
        'azure.csv, line 3, column costinbillingcurrency: "1,5" is not a number that fits DECIMAL(38,18)',
        'azure.csv, line 4, column date: "31/01/2026" is not a date such as 2026-01-31 or 01/31/2026 (the month first)',
        """azure.csv, line 5, column tags: ""ClusterId"" is not tags as JSON""",
        "azure.csv, line 6, column billingcurrency: The value is empty, but every line needs one",
        """gcp.csv, line 3, column credits: "[{'amount': 1}]" is not a list of credits such as [{"amount": -0.5}]""",
        "gcp.csv, line 4, column cost: The value is empty, but every line needs one",
        'gcp.parquet, row 1, column cost: "x" is not a number that fits DECIMAL(38,18)',
    ]


def test_the_same_files_again_change_nothing(tmp_path: Path) -> None:
    write_csv(tmp_path / "in/a.csv", [aws(), later := aws("2026-02-01")])
    first = run(tmp_path / "in", tmp_path / "home")
    again = run(tmp_path / "in", tmp_path / "home")
    assert (first.changed, again.changed, again.generation) == (True, False, first.generation)
    assert again.tables[0].files_known == 1
    # the same lines in another file, under other line ids
    write_csv(tmp_path / "other/b.csv", [aws(identity_line_item_id="new"), later])
    other = run(tmp_path / "other", tmp_path / "home")
    assert (other.changed, other.tables[0].present) == (False, 2)


@pytest.mark.parametrize("line", [aws, azure, gcp])
def test_a_newer_export_of_the_month_replaces_its_lines(tmp_path: Path, line: Any) -> None:
    days = {aws: "2026-01-{}", azure: "01/{}/2026", gcp: "2026-01-{} 10:00:00 UTC"}[line]
    write_csv(tmp_path / "1/bill.csv", [line(days.format(30), "1"), line(days.format(31), "0.5")])
    write_csv(
        tmp_path / "2/bill.csv",
        [line(days.format(30), "1"), line(days.format(31), "2"), line(days.format(31), "7", "c2")],
    )
    run(tmp_path / "1", tmp_path / "home")
    report = run(tmp_path / "2", tmp_path / "home").tables[0]
    assert (report.added, report.replacing, report.present) == (1, 1, 1)
    expected = {("2026-01-30", "c1"): 1.0, ("2026-01-31", "c1"): 2.0, ("2026-01-31", "c2"): 7.0}
    assert costs(tmp_path / "home") == expected
    # both in one folder of daily snapshots with names that say nothing: the one that reaches further counts
    write_csv(tmp_path / "both/b07f.csv", [line(days.format(29), "1"), line(days.format(30), "0.25")])
    write_csv(
        tmp_path / "both/a91c.csv", [line(days.format(29), "1"), line(days.format(30), "1"), line(days.format(31), "2")]
    )
    run(tmp_path / "both", tmp_path / "home2")
    assert costs(tmp_path / "home2") == {
        ("2026-01-29", "c1"): 1.0,
        ("2026-01-30", "c1"): 1.0,
        ("2026-01-31", "c1"): 2.0,
    }


def test_parts_of_one_export_are_added_up(tmp_path: Path) -> None:
    parts = [
        [aws(cost=str(n), line_item_resource_id=f"i-{n}"), aws(cost="1", line_item_resource_id=f"j-{n}")]
        for n in (1, 2, 3)
    ]
    for number, lines in enumerate(parts[:2]):
        write_csv(tmp_path / f"in/cur-0000{number}.csv", lines)
    run(tmp_path / "in", tmp_path / "home")
    assert costs(tmp_path / "home") == {("2026-01-31", "c1"): 5.0}
    # a part that comes later is added to those that are known
    write_csv(tmp_path / "in/cur-00002.csv", parts[2])
    report = run(tmp_path / "in", tmp_path / "home").tables[0]
    assert costs(tmp_path / "home") == {("2026-01-31", "c1"): 9.0}
    assert (report.files, report.files_known, report.replacing) == (3, 0, 1)


def test_files_that_are_almost_a_bill_are_ignored_with_the_reason(tmp_path: Path) -> None:
    untagged = {name: value for name, value in aws().items() if name != "resource_tags"}
    timeless = {name: value for name, value in azure().items() if name != "Date"}
    both = azure() | {"usage_start_time": "2026-01-31", "cost": "1", "currency": "USD", "labels": "[]"}
    both |= {"servicedescription": "x"}
    write_csv(tmp_path / "in/untagged.csv", [untagged])
    write_csv(tmp_path / "in/timeless.csv", [timeless])
    write_csv(tmp_path / "in/both.csv", [both])
    write_csv(tmp_path / "in/other.csv", [{"a": 1, "cost": 2}])
    (tmp_path / "in/broken.parquet").write_bytes(b"PAR1 no")
    write_csv(tmp_path / "in/good.csv", [aws()])
    report = run(tmp_path / "in", tmp_path / "home")
    assert {ignored.file: ignored.reason for ignored in report.ignored} == {
        "both.csv": "its columns fit Azure cost export and GCP billing export: name the file or its folder azure or gcp.",
        "broken.parquet": "no table is named like this.",
        "other.csv": "no table is named like this.",
        "timeless.csv": "it is like the Azure cost export, but has no column of its day (date, usagedatetime).",
        "untagged.csv": "it is like the AWS Cost and Usage Report, but has no column of tags with ClusterId.",
    }
    (tmp_path / "in/both.csv").rename(tmp_path / "in/azure both.csv")
    assert "azure both.csv" not in {ignored.file for ignored in run(tmp_path / "in", tmp_path / "home").ignored}


def test_a_bill_without_any_tag_of_databricks_is_a_problem_by_itself(tmp_path: Path) -> None:
    write_csv(tmp_path / "in/aws.csv", [aws(cluster=None)])
    [problem] = problems(tmp_path / "in", tmp_path / "home")
    assert problem.startswith(".: No line of the cloud's bill has a tag of Databricks")


def test_a_file_named_like_the_table_is_read_as_the_table_or_as_a_bill(tmp_path: Path) -> None:
    row = {
        "record_key": "k",
        "cloud": "AWS",
        "usage_date": date(2026, 1, 31),
        "cost": Decimal("3"),
        "currency": "USD",
        "cluster_id": "c1",
    }
    write_parquet(tmp_path / "1/external.cloud_costs.parquet", COSTS, [row])
    write_csv(tmp_path / "2/cloud_costs/january.csv", [aws(cluster="c2")])
    run(tmp_path / "1", tmp_path / "home")
    run(tmp_path / "2", tmp_path / "home")
    assert costs(tmp_path / "home") == {("2026-01-31", "c1"): 3.0, ("2026-01-31", "c2"): 1.5}


def test_an_account_from_before_the_table_gets_it(tmp_path: Path) -> None:
    write_parquet(tmp_path / "1/billing.usage.parquet", "system.billing.usage", [usage()])
    run(tmp_path / "1", tmp_path / "home")
    with open_writable(DatabaseFolder(tmp_path / "home").current().account) as con:
        con.execute("DROP TABLE external.cloud_costs")
        con.execute("DELETE FROM meta.tables WHERE table_name = 'external.cloud_costs'")
    write_csv(tmp_path / "2/aws.csv", [aws()])
    run(tmp_path / "2", tmp_path / "home")
    assert loaded(tmp_path / "home") == {"system.billing.usage": 1, COSTS: 1}


def test_bills_are_found_whatever_their_names(tmp_path: Path) -> None:
    names = ("x.csv", "usage.csv", "deep/er/Cost Management 2026 (1).tsv", "usage_date=2026-01-01/part-0.csv.gz")
    for number, name in enumerate(names):
        write_csv(tmp_path / "in" / name, [gcp(cluster=f"c{number}")])
    (tmp_path / "in/manifest.json").write_text("{}")
    report = run(tmp_path / "in", tmp_path / "home")
    assert [ignored.file for ignored in report.ignored] == ["manifest.json"]
    assert len(costs(tmp_path / "home")) == len(names)


def test_the_examples_hold() -> None:
    assert doctest.testmod(bill_layout).failed == 0


def test_a_cluster_day_costs_what_the_bill_says(tmp_path: Path) -> None:
    """Estimated first; billed once the cloud's bill is imported, and newly billed by a newer one."""
    context = Context(load(source="files", home=tmp_path / "home", currency="USD"))
    for table, rows in {
        "system.billing.usage": [usage(10, cluster_id="c1", node_type="m5.xlarge")],
        "system.billing.list_prices": [price()],
        "system.compute.node_timeline": node_minutes("2026-06-10 10:00", 60),
    }.items():
        write_parquet(tmp_path / "1" / f"{table}.parquet", table, rows)
    write_csv(
        tmp_path / "2/cur.csv",
        [aws("2026-06-10", "0.75"), aws("2026-06-10", "99", bill_billing_entity="AWS Marketplace")],
    )
    write_csv(
        tmp_path / "3/cur.csv", [aws("2026-06-10", "0.8"), aws("2026-06-10", "0.1", line_item_product_code="AmazonEBS")]
    )
    days = []
    for folder in ("1", "2", "3"):
        context.import_files(tmp_path / folder)
        params = {"start_date": date(2026, 6, 1), "end_date": date(2026, 7, 1), "currency": "USD"}
        [day] = context.warehouse.fetch("base/cluster_day", params).to_pylist()
        days.append((day["vm_basis"], day["vm_cost"], day["vm_currency"]))
    assert days[0][0] == "estimated"
    assert days[1:] == [("billed", Decimal("0.75"), "USD"), ("billed", Decimal("0.9"), "USD")]

"""What a row of usage was for: product, object, owner, tags and workspace are read where they mean something."""

from pathlib import Path

from tests.account import Account, price, usage
from tests.ledger.traps.rows import PRICES, USAGE


def test_16_17_and_36_product_and_serverless_are_never_read_from_sku_text(tmp_path: Path) -> None:
    serving = {
        "sku_name": "PREMIUM_ANTHROPIC_MODEL_SERVING",
        "billing_origin_product": "MODEL_SERVING",
        "is_serverless": None,
    }
    rows = [
        usage(10, job_id="j1", job_run_id="r1"),
        usage(
            5,
            sku_name="PREMIUM_JOBS_SERVERLESS_COMPUTE_EU",
            billing_origin_product="DLT",
            dlt_pipeline_id="p1",
            is_serverless=True,
        ),
        usage(2, **serving),
    ]
    skus = [price("1", sku_name=row["sku_name"]) for row in rows]
    account = Account(tmp_path, {USAGE: rows, PRICES: skus})
    assert account.naive("SELECT sum(usage_quantity) FROM billing.usage WHERE sku_name LIKE '%JOBS%'") == 15
    assert account.by("product") == {"JOBS": 10, "DLT": 5, "MODEL_SERVING": 2}
    assert (
        account.naive(
            "SELECT sum(usage_quantity) FROM billing.usage WHERE NOT coalesce(product_features.is_serverless, false)"
        )
        == 12
    )
    assert account.by("serverless") == {"false": 10, "true": 5, None: 2}
    assert account.total(serverless=False) == 10


def test_18_and_19_object_ids_count_only_where_the_product_means_them(tmp_path: Path) -> None:
    rows = [
        usage(10, billing_origin_product="ALL_PURPOSE", cluster_id="c1"),
        usage(3, billing_origin_product="MODEL_SERVING", cluster_id="c1", endpoint_id="e1"),
        usage(4, billing_origin_product="VECTOR_SEARCH", dlt_pipeline_id="p1", endpoint_id="e2"),
        usage(5, billing_origin_product="SQL", dlt_pipeline_id="p2", sku_name="PREMIUM_JOBS_COMPUTE"),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    assert account.naive("SELECT sum(usage_quantity) FROM billing.usage WHERE usage_metadata.cluster_id = 'c1'") == 13
    assert account.by("cluster") == {"c1": 10, None: 12}
    assert account.by("pipeline") == {"p2": 5, None: 17}
    assert account.by("endpoint") == {"e1": 3, "e2": 4, None: 15}


def test_21_tags_do_not_repeat_a_row(tmp_path: Path) -> None:
    rows = [
        usage(10, custom_tags={"team": "a", "env": "prod"}),
        usage(5, custom_tags={"team": "b", "ClusterId": "x"}),
        usage(1),
    ]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")]})
    assert (
        account.naive("SELECT sum(q) FROM (SELECT usage_quantity q, unnest(map_keys(custom_tags)) FROM billing.usage)")
        == 30
    )
    assert account.by("tag", dim1_tag="team") == {"a": 10, "b": 5, None: 1}
    assert account.total() == 16


def test_33_a_warehouse_owner_is_said_to_own_not_to_use(tmp_path: Path) -> None:
    account = Account(
        tmp_path,
        {USAGE: [usage(1, billing_origin_product="SQL", warehouse_id="w1", owned_by="ada")], PRICES: [price("1")]},
    )
    assert account.by("owner") == {"ada": 1}


def test_35_deleted_workspaces_and_rows_without_one_keep_their_cost(tmp_path: Path) -> None:
    listed = [{"account_id": "acc-1", "workspace_id": "ws1", "workspace_name": "prod", "status": "RUNNING"}]
    rows = [usage(1), usage(2, workspace_id="gone"), usage(4, workspace_id=None)]
    account = Account(tmp_path, {USAGE: rows, PRICES: [price("1")], "system.access.workspaces_latest": listed})
    assert (
        account.naive(
            "SELECT sum(usage_quantity) FROM billing.usage JOIN access.workspaces_latest USING (workspace_id)"
        )
        == 1
    )
    assert account.by("workspace") == {"ws1": 1, "gone": 2, None: 4}

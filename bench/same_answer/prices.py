"""What usage costs: list prices, account prices, and rules where an account has no prices."""

import re

import numpy as np
import pandas as pd

from bench.same_answer.tables import ACCOUNT_PRICES, LIST_PRICES, PRICE_KEY, RULES, Tables
from lib.spend.period import Period

CLASSIC = ["JOBS", "ALL_PURPOSE", "DLT"]


def priced(tables: Tables, statement: str, period: Period) -> pd.DataFrame:
    """Usage rows with list cost and contract cost."""
    usage = tables.rows(statement, "day", period).reset_index(drop=True)
    usage["list_price"] = valid(usage, tables.load(LIST_PRICES))
    usage["price"] = valid(usage, tables.load(ACCOUNT_PRICES))
    rules = tables.load(RULES)
    discounted = usage["list_price"] * (1 - discount(usage, rules)) if len(rules) else usage["list_price"]
    usage["price"] = usage["price"].fillna(discounted).fillna(usage["list_price"])
    usage["list_cost"] = usage["usage_quantity"] * usage["list_price"]
    usage["cost"] = usage["usage_quantity"] * usage["price"]
    usage["unpriced_quantity"] = usage["usage_quantity"].where(usage["price"].isna(), 0.0)
    usage["cluster_id"] = usage["cluster_id"].where(usage["product"].isin(CLASSIC))
    return usage


def valid(usage: pd.DataFrame, prices: pd.DataFrame) -> pd.Series:
    """The price that was valid when each usage began: one a start, until the next one or its stated end."""
    prices = prices[prices["price"].notna()].sort_values([*PRICE_KEY, "valid_from", "valid_to"], na_position="last")
    prices = prices.drop_duplicates([*PRICE_KEY, "valid_from"], keep="last")
    following = prices.groupby(PRICE_KEY)["valid_from"].shift(-1)
    open_end = prices["valid_to"].isna() | (following <= prices["valid_to"] + pd.Timedelta(seconds=1))
    prices = prices.assign(valid_to=prices["valid_to"].where(~open_end, following))
    keyed = usage[[*PRICE_KEY, "usage_start_time"]].reset_index().merge(prices, on=PRICE_KEY)
    valid = (keyed["usage_start_time"] >= keyed["valid_from"]) & (
        keyed["valid_to"].isna() | (keyed["usage_start_time"] < keyed["valid_to"])
    )
    return keyed[valid].set_index("index")["price"].reindex(usage.index)


def discount(usage: pd.DataFrame, rules: pd.DataFrame) -> pd.Series:
    """The share that the first rule takes off: exact SKU before pattern before product before all."""
    key = ["sku_name", "product", "day"]
    pairs = usage[key].drop_duplicates().merge(rules, how="cross")
    pairs = pairs[
        (pairs["day"] >= pairs["valid_from"]) & (pairs["valid_to"].isna() | (pairs["day"] < pairs["valid_to"]))
    ]
    kinds = [pairs["match_kind"] == kind for kind in ("sku", "sku_pattern", "product", "all")]
    pairs["match_value"] = pairs["match_value"].fillna("")
    pattern = [bool(re.search(rule, sku)) for sku, rule in zip(pairs["sku_name"], pairs["match_value"], strict=True)]
    matches = [pairs["sku_name"] == pairs["match_value"], pattern, pairs["product"] == pairs["match_value"], True]
    pairs = pairs.assign(precedence=np.select(kinds, [1, 2, 3, 4], 9))[np.select(kinds, matches, False)]
    first = pairs.sort_values(["precedence", "position"]).drop_duplicates(key)
    return usage.merge(first[[*key, "discount_share"]], on=key, how="left")["discount_share"]

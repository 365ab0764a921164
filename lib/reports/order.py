"""Rows in an order: that of a table on screen, in its files and in a report of it."""

import pandas as pd


def in_order(frame: pd.DataFrame, sort: str) -> pd.DataFrame:
    """The rows by a column, `-name` from the largest down; missing values last either way, case does not matter.

    >>> list(in_order(pd.DataFrame({"n": ["b", None, "A"]}), "n").index)
    [2, 0, 1]
    """
    values = frame[sort.removeprefix("-")].map(lambda value: value.casefold() if isinstance(value, str) else value)
    return frame.loc[values.sort_values(ascending=sort[:1] != "-", na_position="last", kind="stable").index]

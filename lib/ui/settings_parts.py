"""The settings in force, each with its variable and what it does."""

import pandas as pd
import streamlit as st

from lib.config import Settings, settings, variable
from lib.ui import table
from lib.ui.columns import Column
from lib.ui.table import Table

COLUMNS = (
    Column("value", "Value", phone=True),
    Column("variable", "Variable", "id", phone=True),
    Column("about", "What it does", wraps=True),
    Column("origin", "Set", "badge"),
)


def rows() -> pd.DataFrame:
    """One row a setting; secrets show only that they are set."""
    now = settings()
    return pd.DataFrame(
        [
            {
                "variable": variable(name),
                "value": _shown(getattr(now, name)),
                "about": (field.description or "").replace("`", ""),
                "origin": "by you" if name in now.model_fields_set else "default",
            }
            for name, field in Settings.model_fields.items()
        ]
    )


def _shown(value: object) -> str:
    return "not set" if value is None else str(value)


def draw() -> None:
    """The table of settings."""
    found = rows()
    with st.container(border=True):
        table.draw(
            Table(
                found,
                (COLUMNS[1], COLUMNS[0], *COLUMNS[2:]),
                "USD",
                "settings",
                "Settings in force",
                bare=True,
                extra=lambda row, column: (
                    {"badge": "info" if row["origin"] == "by you" else "plain"} if column.name == "origin" else {}
                ),
            )
        )

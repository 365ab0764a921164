"""The settings in force, each with its variable and what it does."""

import pandas as pd
import streamlit as st
from pydantic import SecretStr

from lib.access import Role
from lib.build import build
from lib.config import Settings, platform, settings, variable
from lib.errors import AppError
from lib.ui import export, session, words
from lib.ui.columns import Column
from lib.ui.table import Table

COLUMNS = (
    Column("value", "Value", wraps=True, phone=True),
    Column("variable", "Variable", "id", phone=True),
    Column("about", "What it does", wraps=True),
    Column("origin", "Set", "badge"),
)


ADMINS_ONLY = frozenset(
    {
        "workspace_groups", "admin_groups", "operator_groups", "operator_workspaces", "operator_tags", "channels",
        "store_url", "store_endpoint",
    }
)  # fmt: skip
"""Settings that tell who may see and do what: not for everybody."""


def rows(role: Role) -> pd.DataFrame:
    """One row a setting; secrets show only that they are set, and who may do what only administrators read."""
    now = settings()
    return pd.DataFrame(
        [
            {
                "variable": variable(name),
                "value": "for administrators"
                if name in ADMINS_ONLY and role < Role.ADMIN
                else _shown(getattr(now, name)),
                "about": (field.description or "").replace("`", ""),
                "origin": "by you" if name in now.model_fields_set else "default",
            }
            for name, field in Settings.model_fields.items()
        ]
    )


def _shown(value: object) -> str:
    """The value as text; of a secret only that it is set, of several secrets their names."""
    if isinstance(value, dict):
        if any(isinstance(item, SecretStr) for item in value.values()):
            return f"{', '.join(value)} (hidden)"
        return ", ".join(f"{name} {item}" for name, item in value.items()) or "none"
    if isinstance(value, SecretStr):
        return "hidden"
    return "not set" if value in (None, "") else str(value)


def about() -> None:
    """Which version runs, and where it keeps what must not be lost."""
    made = build()
    facts = {"Version": made.version, "Commit": made.commit or "unknown", "Built": made.when}
    with st.container(border=True):
        st.markdown("**About**")
        lines = [f"{name}: {words.plain(value)}" for name, value in facts.items()]
        try:
            lines.append(f"Store: {words.plain(session.context().store.place)}")
        except AppError as error:
            lines.append(f"Store: :red[{words.plain(error.message)}]")
        st.markdown("  \n".join(lines))
        if platform().hosted and settings().store_url is None:
            st.caption(
                "The store is in the app's container and is lost when that restarts; docs/store.md says how to keep it."
            )


def draw() -> None:
    """The table of settings."""
    found = rows(session.viewer().role)
    with st.container(border=True):
        export.listed(
            Table(
                found,
                (COLUMNS[1], COLUMNS[0], *COLUMNS[2:]),
                "USD",
                "settings",
                "Settings in force",
                bare=True,
                page_size=len(found),
                extra=lambda row, column: (
                    {"badge": "info" if row["origin"] == "by you" else "plain"} if column.name == "origin" else {}
                ),
            ),
            name="settings",
            title="The app's settings",
        )
        st.caption(
            "Read from the environment when the app starts. To change one, set its variable and start the app again."
        )

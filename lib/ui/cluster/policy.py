"""Whether one cluster keeps its policy."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from lib import operate
from lib.clusters import drift
from lib.ui import errors, export, session, words
from lib.ui.columns import Column
from lib.ui.table import Table, onward
from lib.workspace import policies
from lib.workspace.compute import LiveCluster

DRIFT = (
    Column("path", "Attribute", "id", phone=True),
    Column("has", "Now", phone=True),
    Column("rule", "The policy says", wraps=True, phone=True),
    Column("would_be", "Enforcing would set", missing="somebody has to choose"),
)


def kept(live: LiveCluster | None) -> None:
    """The attached policy and every violation of it, with what enforcing would set."""
    if live is None:
        return
    with st.container(border=True), errors.shown():
        st.markdown("**Policy**")
        if not live.policy_id:
            st.caption("It has none: whoever made it was free in every setting.")
            return
        found = policies.policy(operate.connection(session.context()).client, live.policy_id)
        st.page_link("pages/policy.py", label=words.plain(found.name), query_params=onward(policy_id=found.policy_id))
        broken = drift.violations(found.definition, live.attributes)
        if not broken:
            st.caption("It keeps every rule of the current version.")
            return
        st.caption("A preview: nothing is enforced from here.")
        export.titled(
            "What it does not keep",
            _violations(broken),
            session.view().filters,
            name="cluster-policy",
        )


def _violations(broken: Sequence[drift.Violation]) -> Table:
    frame = pd.DataFrame([vars(item) for item in broken])
    return Table(frame, DRIFT, "USD", "drift", "Attributes that do not keep the policy", bare=True)

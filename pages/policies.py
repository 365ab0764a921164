"""Cluster policies: who uses them, and who does not keep them."""

import streamlit as st

from lib import operate
from lib.errors import AppError
from lib.ui import compute_lists, export, frame, session, table

frame.title("Policies")
params = table.address_now()
try:
    found, clusters = compute_lists.policies_and_clusters()
    workspace_id = operate.connection(session.context()).workspace_id
except AppError as error:
    compute_lists.not_connected(error)
    st.stop()
export.listed(
    compute_lists.policy_table(found, clusters, params),
    name="policies",
    note="Of the workspace this app is connected to. Policies are looked at here, never changed or enforced.",
)
with st.container(border=True):
    without = compute_lists.without_policy(clusters, params, workspace_id)
    export.titled("Clusters without a policy", without, session.view().filters, name="no-policy")

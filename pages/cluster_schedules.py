"""Stop and start clusters by the clock: what each schedule does, and what a new one would have saved."""

import streamlit as st

from lib.ui import cluster_schedule_parts, page

page.dated("Cluster schedules")
st.caption("Clusters stopped by the clock. A schedule acts with the rights of whoever changed it last.")
where = cluster_schedule_parts.desk_or_reason()
if where is not None:
    cluster_schedule_parts.listed(where)
    cluster_schedule_parts.form(where)

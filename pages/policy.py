"""One policy: its rules, the clusters that use it, and what each does not keep."""

import json

import streamlit as st

from lib import operate
from lib.errors import AppError, NotFound
from lib.spend import formatting
from lib.ui import compute_lists, export, frame, job_parts, session, table, words

(policy_id,) = job_parts.wanted("policy_id")
params = table.address_now()
try:
    found, clusters = compute_lists.policies_and_clusters()
    workspace_id = operate.connection(session.context()).workspace_id
except AppError as error:
    frame.title("Policy")
    compute_lists.not_connected(error)
    st.stop()
policy = next((item for item in found if item.policy_id == policy_id), None)
if policy is None:
    raise NotFound("There is no such policy.", remedy="The list has those that this app may see.")
frame.breadcrumb(("policies", "Policies", {}), here=policy.name)
frame.title(policy.name)
facts = [
    f"id {policy.policy_id}",
    f"made by {policy.creator or 'nobody known'}" + (f" on {policy.created_at:%d %b %Y}" if policy.created_at else ""),
    f"family {policy.family or 'own'}",
    f"at most {formatting.plural(policy.max_clusters_per_user, 'cluster')} a person"
    if policy.max_clusters_per_user
    else "any number of clusters a person",
    "a default of the platform" if policy.is_default else "",
]
st.caption(words.plain(" · ".join(fact for fact in facts if fact)))
if policy.description:
    st.markdown(words.plain(policy.description))
if policy.unreadable:
    st.warning(words.plain(policy.unreadable), icon=":material/warning:")
members = compute_lists.members(policy, clusters, params, workspace_id)
export.titled("Clusters that use it", members, session.view().filters, name=f"policy-{policy.policy_id}")
st.caption("What stands after the arrow is what enforcing would set. Nothing is enforced from here.")
with st.expander("Its definition", type="compact"):
    st.code(json.dumps(policy.definition, indent=2, default=dict), language="json")

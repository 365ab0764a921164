"""What a Databricks workspace must grant, and whether it does."""

import streamlit as st

from lib.ui import errors, frame, setup_parts

frame.title("Setup")
st.caption("As whom this app reads, which tables it may read, and the statements that open the rest.")
with errors.shown():
    setup_parts.draw()

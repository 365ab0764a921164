"""How this app is set up."""

import streamlit as st

from lib.ui import connection_parts, errors, frame, settings_parts

frame.title("Settings")
st.caption("Read from the environment when the app starts. To change one, set its variable and start the app again.")
with errors.shown():
    connection_parts.draw()
with errors.shown():
    settings_parts.draw()

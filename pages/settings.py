"""What one has set for oneself, and how this app is set up."""

import streamlit as st

from lib.ui import connection_parts, errors, frame, own, settings_parts

frame.title("Settings")
with errors.shown():
    own.draw()
with errors.shown():
    connection_parts.draw()
st.markdown("**The app's settings**")
st.caption("Read from the environment when the app starts. To change one, set its variable and start the app again.")
with errors.shown():
    settings_parts.draw()
with errors.shown():
    settings_parts.about()

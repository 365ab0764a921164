"""Lakeledger in the browser: `streamlit run app.py`."""

from lib.ui import frame

frame.run()

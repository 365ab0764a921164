"""Ask about spend in words: a Genie space answers, or the ledger's trusted questions where there is none."""

import streamlit as st

from lib.ui import ask_parts, intent, page

page.dated("Ask")
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    space_id = ask_parts.space_choice()
    if ask_parts.turns(space_id) and intent.pressed(
        "New conversation", "ask-anew", space_id, icon=":material/add_comment:", type="tertiary"
    ):
        ask_parts.turns(space_id).clear()
        st.rerun()
asker = ask_parts.voice(space_id)
ask_parts.about(asker.live, space_id)
if not ask_parts.turns(space_id):
    ask_parts.begin(asker, space_id)
ask_parts.draw(space_id, asker)
question = st.chat_input(ask_parts.prompt(space_id), key=f"question-{space_id}")
if question and question.strip():
    ask_parts.ask(space_id, asker, question.strip())
    st.rerun()

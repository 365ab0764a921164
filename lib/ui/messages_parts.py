"""The outbox and the channels: what waits, what went, what was given up; test and send again."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from lib.access import Role
from lib.context import utc_now
from lib.messages import trial_draft
from lib.messages.deliver import deliver
from lib.notifications.notice import Notice, as_text
from lib.reports.content import ColumnSpec
from lib.spend import formatting
from lib.store import events, outbox
from lib.store.events import Event
from lib.store.leases import this_process
from lib.ui import address, cards, export, intent, session, states, table, words
from lib.ui.cards import Card
from lib.ui.columns import Column
from lib.ui.table import Row, Table

MESSAGES = (
    Column("subject", "Message", wraps=True, phone=True),
    Column("state", "State", "badge", phone=True),
    Column("channel", "Channel"),
    Column("created", "Written (UTC)", "moment", phone=True),
    Column("sent", "Sent (UTC)", "moment", missing=formatting.NONE),
    Column("error", "Last answer", wraps=True, missing=formatting.NONE),
)
IN_FILES = (
    *(column.spec for column in MESSAGES),
    ColumnSpec("recipient", "To"),
    ColumnSpec("attempts", "Attempts", "count"),
)
CHANNELS = (
    Column("name", "Channel", phone=True),
    Column("kind", "Kind", phone=True),
    Column("place", "Leads to"),
    Column("files", "Files"),
    Column("duplicates", "A message sent twice", wraps=True),
)
WORDS = {outbox.WAITING: "waiting", outbox.SENDING: "sending", outbox.SENT: "sent", outbox.DEAD: "given up"}
BADGES = {"waiting": "info", "sending": "info", "sent": "ok", "given up": "critical"}
MOST = 500
WAITS = "Sent by the scheduler's next tick, or after a wait when the channel did not answer"
STAYS = "The channel refused them, or did not answer for eight hours. They stay until they are sent again."


def draw() -> None:
    """The whole page below its title."""
    if asked := intent.taken("again"):
        _again(*asked)
    if asked := intent.taken("test"):
        _test(*asked)
    store, params = session.context().store, table.address_now()
    counts = outbox.counts(store)
    cards.draw(
        [
            cards.count("Waiting", counts[outbox.WAITING] + counts[outbox.SENDING], about=WAITS),
            cards.count("Sent", counts[outbox.SENT], about="In the last 90 days"),
            Card("Given up", str(counts[outbox.DEAD]), about=STAYS),
        ],
        key="messages",
    )  # fmt: skip
    chosen = address.Reader(params).one("message", str, "")
    if chosen:
        _one(chosen, params)
        return
    state = address.Reader(params).one("state", str, "")
    found = outbox.search(store, states=[state] if state in WORDS else [], limit=MOST)
    row = st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center")
    with row:
        _states(state)
    if not found:
        states.empty(
            "No message" if state in WORDS else "Nothing was sent yet", next_step="Alerts and reports write here."
        )
    else:
        rows = pd.DataFrame([vars(message) | {"state": WORDS[message.state]} for message in found])
        export.listed(Table(rows, MESSAGES, "USD", "messages", "Messages, newest first", extra=_extra, page_size=25,
                  link=lambda row: address.link("messages", params, message=row["id"])), name="messages",
                  columns=IN_FILES, row=row)  # fmt: skip
    _channels()


def _states(state: str) -> None:
    choice = st.segmented_control(
        "State", list(WORDS), format_func=lambda value: WORDS[value].capitalize(), default=state if state in WORDS else None,
        label_visibility="collapsed", key="messages-state",
    )  # fmt: skip
    if (choice or "") != (state if state in WORDS else ""):
        if choice:
            st.query_params["state"] = choice
        else:
            st.query_params.pop("state", None)
        st.rerun()


def _extra(row: Row, column: Column) -> Mapping[str, Any]:
    if column.name == "channel":
        return {"sub": row["recipient"] or "the channel itself"}
    if column.name == "subject":
        return {"sub": row["about"]}
    if column.name == "state":
        tries = formatting.plural(row["attempts"], "attempt")
        return {"badge": BADGES.get(str(row["state"]), "plain"), "sub": tries if row["attempts"] > 1 else ""}
    return {}


def _one(chosen: str, params: address.Params) -> None:
    """One message: what it says, what became of it, and sending it again."""
    store = session.context().store
    message = outbox.get(store, chosen)
    notice = Notice.from_json(message.body)
    st.page_link(
        "pages/messages.py", label="All messages", icon=":material/arrow_back:", query_params=address.carried(params)
    )
    with st.container(border=True):
        st.markdown(f"### {words.plain(message.subject)}")
        to = f" to {message.recipient}" if message.recipient else ""
        said = [
            f"{WORDS[message.state].capitalize()} through {message.channel}{to}",
            formatting.plural(message.attempts, "attempt"),
        ]
        if message.state == outbox.WAITING:
            said.append(f"next not before {message.due:%Y-%m-%d %H:%M} UTC")
        if message.interrupted:
            said.append("a sender stopped while it sent this; it may have arrived before")
        st.caption(words.plain(" · ".join(said)))
        if message.error:
            st.markdown(f":red[{words.plain(message.error)}]")
        st.code(
            as_text(notice, tuple(file.name for file in outbox.files(store, message.id))) or notice.one_line,
            language=None,
            wrap_lines=True,
        )
        with st.container(horizontal=True):
            for file in outbox.files(store, message.id):
                st.download_button(
                    f"Download {words.plain(file.name)}",
                    file.content,
                    file.name,
                    file.media_type,
                    icon=":material/download:",
                )
            if message.state == outbox.DEAD:
                st.button(
                    "Send this message again",
                    icon=":material/send:",
                    key="message-again",
                    on_click=intent.remember,
                    args=("again", message.id),
                )


def _again(message_id: str) -> None:
    session.viewer().require(Role.OPERATOR, "send messages again")
    context = session.context()
    outbox.resend(context.store, message_id, utc_now())
    message = outbox.get(context.store, message_id)
    done = deliver(context.store, context.channels, utc_now, this_process(), only=message.id)
    _record("send message again", message.id, message.subject, done.words())
    _toast(done.sent, "It has gone out", message.id)


def _channels() -> None:
    """The channels there are, and a test of one."""
    channels = session.context().channels
    if not channels:
        st.markdown("**Channels**")
        states.empty(
            "No channel is set up",
            next_step="Name them in LAKELEDGER_CHANNELS (docs/messages.md).",
            icon=":material/outgoing_mail:",
        )
        return
    told = {True: "told apart by its key", False: "cannot be told apart there"}
    rows = [
        {"name": name, "kind": channel.kind, "place": channel.place, "files": "attached" if channel.takes_files else "named only",
         "duplicates": told[channel.knows_keys]}
        for name, channel in channels.items()
    ]  # fmt: skip
    with st.container(border=True):
        listed = Table(pd.DataFrame(rows), CHANNELS, "USD", "channels", "Channels of this app", bare=True)
        export.listed(listed, name="channels", title="Channels")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            name = st.selectbox("Channel to test", list(channels), width=220, key="messages-channel")
            to = st.text_input("Recipient", placeholder="for mail: an address", width=260, key="messages-to")
            st.button(
                f"Send a test through {words.plain(name)}", icon=":material/send:", key="messages-test",
                on_click=intent.remember, args=("test", name, to.strip()),
            )  # fmt: skip


def _test(name: str, to: str) -> None:
    session.viewer().require(Role.OPERATOR, "send test messages")
    context = session.context()
    made = outbox.put(context.store, trial_draft(name, to, session.viewer().name, utc_now()), utc_now())
    assert made
    with st.spinner(f"Sending through {name} …"):
        done = deliver(context.store, context.channels, utc_now, this_process(), only=made)
    _record("test channel", name, name, done.words())
    _toast(done.sent, "The test has gone out", made)


def _toast(sent: int, fine: str, message: str) -> None:
    error = "" if sent else outbox.get(session.context().store, message).error
    st.toast(
        words.plain(fine if sent else f"Not sent: {error}"), icon=":material/check:" if sent else ":material/error:"
    )


def _record(act: str, what: str, name: str, result: str) -> None:
    event = Event(utc_now(), session.viewer().name, act, "message", what, name, detail=result)
    events.record(session.context().store, event)

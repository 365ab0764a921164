"""Slack, through an incoming webhook."""

from lib.notifications.channel import File
from lib.notifications.http import call, checked, host_of
from lib.notifications.notice import COLOURS, Notice, as_text, links

LONGEST = 2900
"""Characters that a section takes."""


class Slack:
    """Address: `slack:https://hooks.slack.com/services/…`."""

    kind = "slack"
    knows_keys = False
    takes_files = False
    closes = False

    def __init__(self, address: str, name: str) -> None:
        self._url = checked(address, name)
        self.place = host_of(self._url)

    def send(self, notice: Notice, *, key: str, recipient: str = "", files: tuple[File, ...] = ()) -> None:
        """Post it."""
        call("POST", self._url, json=payload(notice, tuple(file.name for file in files)))


def payload(notice: Notice, files: tuple[str, ...] = ()) -> dict[str, object]:
    """The message as Slack's blocks, with plain text for notifications and screen readers."""
    blocks: list[dict[str, object]] = [_section(f"*{_escaped(notice.one_line)}*")]
    if notice.summary:
        blocks.append(_section(_escaped(notice.summary)))
    if notice.facts:
        fields = [
            {"type": "mrkdwn", "text": f"*{_escaped(label)}*\n{_escaped(value)}"} for label, value in notice.facts
        ]
        blocks += [{"type": "section", "fields": fields[at : at + 10]} for at in range(0, len(fields), 10)]
    if notice.reasons:
        lines = [f"{n}. {_escaped(reason)}" for n, reason in enumerate(notice.reasons, 1)]
        blocks.append(_section("*Why*\n" + "\n".join(lines)))
    if links(notice):
        blocks.append(_section("   ".join(f"<{_escaped(link)}|{_escaped(label)}>" for label, link in links(notice))))
    small = [f"Files in the app: {', '.join(files)}"] if files else []
    small += [f"Data as of {notice.as_of}"] if notice.as_of else []
    if small:
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": _escaped(" · ".join(small))}]})
    text = f"{notice.one_line}\n{as_text(notice, files)}"
    return {"text": _escaped(text)[:LONGEST], "attachments": [{"color": COLOURS[notice.severity], "blocks": blocks}]}


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:LONGEST]}}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""Slack, through an incoming webhook."""

from lib.notifications.hook import Hook
from lib.notifications.notice import COLOURS, Notice, as_text, links, small_print

LONGEST = 2900
"""Characters that a section takes."""


class Slack(Hook):
    """Address: `slack:https://hooks.slack.com/services/…`."""

    kind = "slack"

    def message(self, notice: Notice, files: tuple[str, ...]) -> dict[str, object]:
        """One post."""
        return payload(notice, files)


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
    small = small_print(notice, files)
    if small:
        blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": _escaped(small)}]})
    text = f"{notice.one_line}\n{as_text(notice, files)}"
    return {"text": _escaped(text)[:LONGEST], "attachments": [{"color": COLOURS[notice.severity], "blocks": blocks}]}


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:LONGEST]}}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

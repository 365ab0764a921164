"""Microsoft Teams, through a workflow that takes adaptive cards."""

from lib.notifications.hook import Hook
from lib.notifications.notice import Notice, Severity, links, small_print

STYLES: dict[Severity, str] = {"info": "accent", "medium": "warning", "high": "warning", "critical": "attention"}


class Teams(Hook):
    """Address: `teams:https://….logic.azure.com/workflows/…` (the URL that Teams shows for the workflow)."""

    kind = "teams"

    def message(self, notice: Notice, files: tuple[str, ...]) -> dict[str, object]:
        """One post."""
        return payload(notice, files)


def payload(notice: Notice, files: tuple[str, ...] = ()) -> dict[str, object]:
    """The message as one adaptive card."""
    body: list[dict[str, object]] = [
        {
            "type": "Container",
            "style": STYLES[notice.severity],
            "bleed": True,
            "items": [{"type": "TextBlock", "text": _plain(notice.one_line), "weight": "Bolder", "size": "Large", "wrap": True}],
        }
    ]  # fmt: skip
    if notice.summary:
        body.append(_text(notice.summary))
    if notice.facts:
        facts = [{"title": _plain(label), "value": _plain(value)} for label, value in notice.facts]
        body.append({"type": "FactSet", "facts": facts})
    if notice.reasons:
        body.append(_text("Why", weight="Bolder"))
        body += [_text(f"{n}. {reason}") for n, reason in enumerate(notice.reasons, 1)]
    small = small_print(notice, files)
    if small:
        body.append(_text(small, size="Small", isSubtle=True))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": label, "url": link} for label, link in links(notice)],
    }
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


def _text(text: str, **more: object) -> dict[str, object]:
    return {"type": "TextBlock", "text": _plain(text), "wrap": True, "spacing": "Small", **more}


def _plain(text: str) -> str:
    """Cards read Markdown: what could be taken for it is escaped."""
    for character in "\\*_[]~`":
        text = text.replace(character, f"\\{character}")
    return text

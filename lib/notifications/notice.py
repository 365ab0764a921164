"""What a message says, as a value; and how it reads as text, Markdown and HTML."""

from dataclasses import dataclass
from html import escape
from typing import Any, Literal

Severity = Literal["info", "medium", "high", "critical"]


@dataclass(frozen=True)
class Notice:
    """One message. Every text is plain: channels escape it as they need."""

    title: str
    summary: str = ""
    """What happened, in a sentence or two."""
    facts: tuple[tuple[str, str], ...] = ()
    """Label and value: amount and its base, owner, period, threshold."""
    reasons: tuple[str, ...] = ()
    """Why: the top drivers, the largest first."""
    severity: Severity = "info"
    link: str = ""
    """The view in the app that shows what it is about."""
    mute_link: str = ""
    as_of: str = ""
    """How far the data goes, in words."""
    thread: str = ""
    """What the message belongs to: later messages about the same go to the same incident where a channel has such."""
    resolved: bool = False
    alert_link: str = ""
    """Where the alert itself is shown, with what happened to it."""

    def as_json(self) -> dict[str, Any]:
        """For the outbox."""
        return {**vars(self), "facts": [list(fact) for fact in self.facts], "reasons": list(self.reasons)}

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> "Notice":
        """From the outbox; what an older version did not write has its default."""
        known = {name: value for name, value in body.items() if name in cls.__dataclass_fields__}
        facts = tuple((str(label), str(value)) for label, value in known.pop("facts", ()))
        return cls(**{**known, "facts": facts, "reasons": tuple(known.get("reasons", ()))})

    @property
    def one_line(self) -> str:
        """The title without line breaks, as subjects need it."""
        return " ".join(self.title.split())


def as_text(notice: Notice, files: tuple[str, ...] = ()) -> str:
    """Plain text."""
    parts = [notice.summary, "\n".join(f"{label}: {value}" for label, value in notice.facts)]
    if notice.reasons:
        parts.append("Why:\n" + "\n".join(f"  {n}. {reason}" for n, reason in enumerate(notice.reasons, 1)))
    parts.append("\n".join(f"{label}: {link}" for label, link in links(notice)))
    parts += [_files_words(files), f"Data as of {notice.as_of}." if notice.as_of else ""]
    return "\n\n".join(part for part in parts if part)


def small_print(notice: Notice, files: tuple[str, ...] = ()) -> str:
    """One line below a message: files that wait in the app, and how new the data are; "" when there is neither."""
    parts = [f"Files in the app: {', '.join(files)}"] if files else []
    return " · ".join([*parts, *([f"Data as of {notice.as_of}"] if notice.as_of else [])])


def as_html(notice: Notice) -> str:
    """A whole HTML document that mail programs show as meant: tables and inline styles, no images, light in the dark too."""
    rows = "".join(
        f'<tr><td style="padding:4px 16px 4px 0;color:#4b5a70;white-space:nowrap;vertical-align:top">{escape(label)}</td>'
        f'<td style="padding:4px 0;font-weight:600">{escape(value)}</td></tr>'
        for label, value in notice.facts
    )
    why = "".join(f'<li style="margin:4px 0">{escape(reason)}</li>' for reason in notice.reasons)
    buttons = " &nbsp; ".join(
        f'<a href="{escape(link, quote=True)}" style="color:#1c4f9c;font-weight:600">{escape(label)}</a>'
        for label, link in links(notice)
    )
    parts = [
        f'<p style="margin:0;color:{COLOURS[notice.severity]};font-size:12px;font-weight:600">{notice.severity.capitalize()}</p>'
        if notice.severity != "info"
        else "",
        f'<h1 style="font-size:20px;margin:0 0 12px">{escape(notice.one_line)}</h1>',
        f'<p style="margin:0 0 16px">{escape(notice.summary)}</p>' if notice.summary else "",
        f'<table role="presentation" style="border-collapse:collapse;margin:0 0 16px">{rows}</table>' if rows else "",
        f'<p style="margin:0 0 4px;color:#4b5a70">Why</p><ol style="margin:0 0 16px;padding-left:20px">{why}</ol>'
        if why
        else "",
        f'<p style="margin:0 0 16px">{buttons}</p>' if buttons else "",
        f'<p style="margin:0;color:#64748b;font-size:12px">Data as of {escape(notice.as_of)}.</p>'
        if notice.as_of
        else "",
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light">'
        f"<title>{escape(notice.one_line)}</title></head>"
        '<body style="margin:0;padding:24px;font-family:Inter,Segoe UI,Helvetica,Arial,sans-serif;font-size:14px;'
        'line-height:1.5;background:#ffffff;color:#0f1b2d;overflow-wrap:anywhere">'
        f'<div style="max-width:640px;border-left:4px solid {COLOURS[notice.severity]};padding-left:20px">'
        f"{''.join(parts)}</div></body></html>"
    )


def links(notice: Notice) -> list[tuple[str, str]]:
    """Label and address of the links that the message has."""
    found = [
        ("Open in Lakeledger", notice.link),
        ("See this alert", notice.alert_link),
        ("Mute this alert", notice.mute_link),
    ]
    return [(label, link) for label, link in found if link]


def _files_words(files: tuple[str, ...]) -> str:
    return f"Files: {', '.join(files)}" if files else ""


COLOURS: dict[str, str] = {"info": "#1c4f9c", "medium": "#b7791f", "high": "#c2610c", "critical": "#c9372c"}
"""Line at the left of a message, by severity."""

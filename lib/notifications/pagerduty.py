"""PagerDuty, through its events API: one incident for what belongs together, closed when it is resolved."""

from urllib.parse import urlsplit

from lib.errors import SettingsError
from lib.notifications.channel import File
from lib.notifications.http import call, checked, host_of
from lib.notifications.notice import Notice, Severity, as_text, links

EVENTS = "https://events.pagerduty.com/v2/enqueue"
SEVERITIES: dict[Severity, str] = {"info": "info", "medium": "warning", "high": "error", "critical": "critical"}


class PagerDuty:
    """Address: `pagerduty:ROUTING_KEY`, or `pagerduty:https://events.eu.pagerduty.com/v2/enqueue#ROUTING_KEY`."""

    kind = "pagerduty"
    knows_keys = True
    takes_files = False
    closes = True

    def __init__(self, address: str, name: str) -> None:
        parts = urlsplit(address)
        self._url = checked(address.partition("#")[0], name) if parts.scheme else EVENTS
        self._key = parts.fragment if parts.scheme else address
        if not self._key:
            raise SettingsError(f"The channel {name} has no routing key.", place="LAKELEDGER_CHANNELS")
        self.place = host_of(self._url)

    def send(self, notice: Notice, *, key: str, recipient: str = "", files: tuple[File, ...] = ()) -> None:
        """Trigger or resolve."""
        event = {
            "routing_key": self._key,
            "event_action": "resolve" if notice.resolved else "trigger",
            "dedup_key": (notice.thread or key)[:255],
            "payload": {
                "summary": notice.one_line[:1024],
                "source": "Lakeledger",
                "severity": SEVERITIES[notice.severity],
                "custom_details": {**dict(notice.facts), "text": as_text(notice)},
            },
            "links": [{"href": link, "text": label} for label, link in links(notice)],
            "client": "Lakeledger",
        }
        call("POST", self._url, json=event)

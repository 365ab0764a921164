"""Every other service that apprise knows, by its own address."""

import tempfile
from pathlib import Path

from lib.errors import SettingsError
from lib.notifications.channel import File, NotSent
from lib.notifications.notice import Notice, Severity, as_text

TYPES: dict[Severity, str] = {"info": "info", "medium": "warning", "high": "warning", "critical": "failure"}


class Other:
    """Address: `apprise:` and an address of apprise, such as `apprise:tgram://bottoken/ChatID`."""

    kind = "apprise"
    knows_keys = False
    closes = False

    def __init__(self, address: str, name: str) -> None:
        from apprise import Apprise

        self._service = Apprise.instantiate(address, suppress_exceptions=True)
        if self._service is None:
            raise SettingsError(
                f"apprise does not know the address of the channel {name}.",
                place="LAKELEDGER_CHANNELS",
                remedy="See the list of services in apprise's documentation.",
            )
        self.place = str(self._service.service_name)
        self.takes_files = bool(self._service.attachment_support)

    def send(self, notice: Notice, *, key: str, recipient: str = "", files: tuple[File, ...] = ()) -> None:
        """Send it; apprise says only whether it went."""
        from apprise import AppriseAttachment

        names = tuple(file.name for file in files)
        with tempfile.TemporaryDirectory() as folder:
            attached = AppriseAttachment()
            for file in files if self.takes_files else ():
                path = Path(folder) / Path(file.name).name
                path.write_bytes(file.content)
                attached.add(str(path))
            went = self._service.notify(
                title=notice.one_line,
                body=as_text(notice, names) or notice.one_line,
                notify_type=TYPES[notice.severity],
                attach=attached if len(attached) else None,
            )
        if not went:
            raise NotSent(f"{self.place} did not take it.")

"""Any receiver of JSON: the whole message, its key in `Idempotency-Key`, signed when a secret is given."""

import base64
import hashlib
import hmac
import json
from urllib.parse import urlsplit, urlunsplit

from lib.notifications.channel import File
from lib.notifications.http import call, checked, host_of
from lib.notifications.notice import Notice, as_text


class Webhook:
    """Address: `webhook:https://host/path`; with `#SECRET` at its end the body is signed (HMAC-SHA256)."""

    kind = "webhook"
    knows_keys = True
    takes_files = True
    closes = False

    def __init__(self, address: str, name: str) -> None:
        parts = urlsplit(checked(address, name))
        self._secret = parts.fragment
        self._url = urlunsplit((*parts[:4], ""))
        self.place = host_of(self._url)

    def send(self, notice: Notice, *, key: str, recipient: str = "", files: tuple[File, ...] = ()) -> None:
        """Post it."""
        body = {
            "key": key,
            "recipient": recipient,
            **notice.as_json(),
            "text": as_text(notice),
            "files": [
                {"name": f.name, "media_type": f.media_type, "base64": base64.b64encode(f.content).decode()}
                for f in files
            ],
        }
        sent = json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": key.encode("ascii", "backslashreplace").decode(),
        }
        if self._secret:
            signature = hmac.new(self._secret.encode(), sent, hashlib.sha256).hexdigest()
            headers["X-Lakeledger-Signature"] = f"sha256={signature}"
        call("POST", self._url, data=sent, headers=headers)

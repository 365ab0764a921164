"""E-mail: text and HTML in one message, files attached, over TLS."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import parse_qs, unquote, urlsplit

from lib.errors import SettingsError
from lib.notifications.channel import File, NotSent
from lib.notifications.http import LOCAL
from lib.notifications.notice import Notice, as_html, as_text

TIMEOUT_S = 30


class Mail:
    """Address: `mail:smtps://user:password@host?from=lakeledger@x.org&to=finops@x.org`, or `mail:smtp://…` with STARTTLS.

    `to` is used for messages that name no recipient. `ca=FILE` trusts a private authority. `tls=off` works on this machine only.
    """

    kind = "mail"
    knows_keys = False
    takes_files = True
    closes = False

    def __init__(self, address: str, name: str) -> None:
        parts = urlsplit(address)
        options = {key: values[0] for key, values in parse_qs(parts.query).items()}
        self._host, self._implicit = parts.hostname or "", parts.scheme == "smtps"
        self._port = parts.port or (465 if self._implicit else 587)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._from, self._to, self._ca = options.get("from", ""), options.get("to", ""), options.get("ca")
        self._plain = options.get("tls") == "off"
        self.place = f"{self._host}:{self._port}"
        if parts.scheme not in ("smtp", "smtps") or not self._host or not self._from:
            raise SettingsError(
                f"The address of the channel {name} cannot be used.",
                place="LAKELEDGER_CHANNELS",
                remedy="Write mail:smtps://user:password@host?from=sender@x.org.",
            )
        if self._plain and self._host not in LOCAL:
            raise SettingsError(
                f"The channel {name} would send without encryption.",
                place="LAKELEDGER_CHANNELS",
                remedy="Leave tls=off out; mail goes over TLS.",
            )

    def send(self, notice: Notice, *, key: str, recipient: str = "", files: tuple[File, ...] = ()) -> None:
        """Hand it to the mail server."""
        listed = [part.strip() for part in (recipient or self._to).split(",") if part.strip()]
        if not listed:
            raise NotSent("The message names no recipient, and the channel has none.", final=True)
        message = compose(notice, key=key, sender=self._from, to=listed, files=files)
        try:
            with self._connected() as server:
                if self._user:
                    server.login(self._user, self._password)
                refused = server.send_message(message, to_addrs=listed)
        except smtplib.SMTPRecipientsRefused as error:
            code = max((answer[0] for answer in error.recipients.values()), default=550)
            raise NotSent(f"{self._host} refuses every recipient ({code}).", final=code >= 500) from error
        except smtplib.SMTPAuthenticationError as error:  # somebody will set the password right: worth another try
            raise NotSent(f"{self._host} refuses the name or password ({error.smtp_code}).") from error
        except smtplib.SMTPResponseException as error:
            said = (
                error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
            )
            raise NotSent(f"{self._host} answered {error.smtp_code}: {said}", final=error.smtp_code >= 500) from error
        except smtplib.SMTPNotSupportedError as error:
            raise NotSent(f"{self._host} does not offer what the channel asks of it: {error}") from error
        except ssl.SSLError as error:
            raise NotSent(f"{self._host} cannot be trusted: {error.reason}.", final=False) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(f"{self._host} cannot be reached ({type(error).__name__}).") from error
        if refused:
            raise NotSent(f"{self._host} took it, but not for {', '.join(sorted(refused))}.", final=True)

    def _connected(self) -> smtplib.SMTP:
        trust = ssl.create_default_context(cafile=self._ca)
        if self._implicit:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_S, context=trust)
        server = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S)
        if not self._plain:
            server.starttls(context=trust)
        return server


def compose(notice: Notice, *, key: str, sender: str, to: list[str], files: tuple[File, ...] = ()) -> EmailMessage:
    """The message as mail. The same key gives the same Message-ID, by which many mail servers drop a duplicate."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = notice.one_line
    message["From"] = sender
    message["To"] = ", ".join(to)
    domain = sender.rpartition("@")[2].rstrip(">") or "lakeledger.invalid"
    message["Message-ID"] = f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if notice.thread:
        thread = hashlib.sha256(notice.thread.encode()).hexdigest()[:32]
        message["References"] = f"<{thread}@{domain}>"
    message.set_content(as_text(notice, tuple(file.name for file in files)))
    message.add_alternative(as_html(notice), subtype="html")
    for file in files:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub or "octet-stream", filename=file.name)
    return message

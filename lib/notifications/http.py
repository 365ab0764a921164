"""Posts to a receiver over HTTP, and reads what its answer means for the message."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from lib.errors import SettingsError
from lib.notifications.channel import NotSent

TIMEOUT_S = (10, 30)
"""To connect, and between two bytes of the answer."""
PASSING = {408, 425, 429}
"""Refusals that time may heal."""
LOCAL = {"127.0.0.1", "localhost", "::1"}


def call(
    method: str,
    url: str,
    *,
    json: Any = None,
    data: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    files: Any = None,
    params: Mapping[str, str] | None = None,
    may_be_missing: bool = False,
) -> requests.Response | None:
    """The answer, or NotSent; None for a 404 that `may_be_missing`. Redirects are not followed: an address is a secret."""
    host = urlsplit(url).hostname
    try:
        answer = requests.request(
            method, url, json=json, data=data, headers=headers, auth=auth, files=files, params=params, timeout=TIMEOUT_S,
            allow_redirects=False,
        )  # fmt: skip
    except requests.Timeout as error:
        raise NotSent(f"{host} did not answer in time.") from error
    except requests.RequestException as error:
        raise NotSent(f"{host} cannot be reached ({type(error).__name__}).") from error
    if answer.status_code < 300:
        return answer
    if answer.status_code == 404 and may_be_missing:
        return None
    final = answer.status_code < 500 and answer.status_code not in PASSING
    said = " ".join(answer.text.split())[:200]
    raise NotSent(f"{host} answered {answer.status_code}: {said}", final=final, after=_retry_after(answer))


def _retry_after(answer: requests.Response) -> timedelta | None:
    said = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(said), 86_400)) if said.isdigit() else None


def checked(url: str, name: str) -> str:
    """The address of a receiver: HTTPS, or plain HTTP on this machine."""
    parts = urlsplit(url)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)):
        return url
    raise SettingsError(
        f"The address of the channel {name} cannot be used.",
        place="LAKELEDGER_CHANNELS",
        remedy="Write a whole address that begins with https://.",
    )


def host_of(url: str) -> str:
    """Where an address leads, without path and password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)

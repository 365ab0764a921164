"""Jira: one issue a message, found again by a label made from the message's key."""

import hashlib
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from lib.errors import SettingsError
from lib.notifications.channel import File
from lib.notifications.http import call, checked, host_of
from lib.notifications.notice import Notice, as_text


class Jira:
    """Address: `jira:https://person%40x.org:API_TOKEN@site.atlassian.net/PROJECT?type=Task`."""

    kind = "jira"
    knows_keys = True
    takes_files = True
    closes = False

    def __init__(self, address: str, name: str) -> None:
        parts = urlsplit(checked(address, name))
        path, _, self._project = parts.path.rstrip("/").rpartition("/")
        if not (parts.username and parts.password and self._project):
            raise SettingsError(
                f"The channel {name} needs a person, a token and a project.",
                place="LAKELEDGER_CHANNELS",
                remedy="Write jira:https://person%40x.org:API_TOKEN@site.atlassian.net/PROJECT.",
            )
        self._auth = (unquote(parts.username), unquote(parts.password))
        self.place = host_of(address)
        self._base = urlunsplit((parts.scheme, self.place, path, "", ""))
        self._type = parse_qs(parts.query).get("type", ["Task"])[0]

    def send(self, notice: Notice, *, key: str, recipient: str = "", files: tuple[File, ...] = ()) -> None:
        """Make the issue, unless it is there."""
        label = "lakeledger-" + hashlib.sha256(key.encode()).hexdigest()[:20]
        if self._is_there(label):
            return
        fields = {
            "project": {"key": self._project},
            "issuetype": {"name": self._type},
            "summary": notice.one_line[:250],
            "description": _plain(as_text(notice)),
            "labels": ["lakeledger", label],
        }
        made = call("POST", f"{self._base}/rest/api/2/issue", json={"fields": fields}, auth=self._auth)
        issue = made.json().get("key") if made is not None else None
        for file in files:
            call(
                "POST", f"{self._base}/rest/api/2/issue/{issue}/attachments", auth=self._auth,
                headers={"X-Atlassian-Token": "no-check"}, files={"file": (file.name, file.content, file.media_type)},
            )  # fmt: skip

    def _is_there(self, label: str) -> bool:
        """Asked in the way of Jira Cloud, else in that of older servers."""
        question = {"jql": f'labels = "{label}"', "maxResults": "1", "fields": "key"}
        for path in ("/rest/api/3/search/jql", "/rest/api/2/search"):
            answer = call("GET", self._base + path, params=question, auth=self._auth, may_be_missing=True)
            if answer is not None:
                return bool(answer.json().get("issues"))
        return False


def _plain(text: str) -> str:
    """Jira's wiki marks in names are escaped."""
    for character in "{}[]*":
        text = text.replace(character, f"\\{character}")
    return text

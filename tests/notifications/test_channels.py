"""Every channel against a real receiver: what arrives, what its refusals mean, and that no secret is told."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from lib.errors import SettingsError
from lib.notifications import Channel, File, Notice, NotSent, open_channels
from lib.notifications.kinds import KINDS
from lib.notifications.mail import compose
from lib.notifications.notice import as_html, as_text
from tests.notifications import receivers
from tests.notifications.receivers import Receiver

NOTICE = Notice(
    "Job <ETL & load> cost $1,234",
    "Three times its usual *cost*.",
    (("Amount", "$1,234.00 at list price"), ("Owner", "data_team@x.org")),
    ("New cluster type <m5.8xlarge>", "Two more runs", "Retries"),
    "high", "https://app.x/jobs?job=1&from=2", "https://app.x/alerts?mute=3", "19 Nov 2026", "alert/1",
)  # fmt: skip
PDF = File("report ü.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receivers.http() as started:
        yield started


def one(address: str) -> Channel:
    return open_channels({"x": address})["x"]


def test_slack(receiver: Receiver) -> None:
    one(f"slack:{receiver.url}/services/T/B/s3cr3t").send(NOTICE, key="k", files=(PDF,))
    (request,) = receiver.requests
    assert request.path == "/services/T/B/s3cr3t"
    said = json.dumps(request.json)
    assert "&lt;ETL &amp; load&gt;" in said
    assert "<ETL" not in said
    assert "Two more runs" in said
    assert "<https://app.x/jobs?job=1&amp;from=2|Open in Lakeledger>" in said
    assert request.json["text"]


def test_teams(receiver: Receiver) -> None:
    one(f"teams:{receiver.url}/workflows/1/triggers/manual/paths/invoke?sig=s3cr3t").send(NOTICE, key="k")
    (request,) = receiver.requests
    assert request.path.endswith("?sig=s3cr3t")
    card = request.json["attachments"][0]["content"]
    assert card["type"] == "AdaptiveCard"
    assert card["body"][1]["text"] == "Three times its usual \\*cost\\*."
    assert [action["url"] for action in card["actions"]] == [NOTICE.link, NOTICE.mute_link]


def test_pagerduty(receiver: Receiver) -> None:
    receiver.answer = lambda _: (202, {}, b"{}")
    channel = one(f"pagerduty:{receiver.url}/v2/enqueue#r0ut1ng")
    channel.send(NOTICE, key="k1")
    channel.send(Notice("Back to normal", thread="alert/1", resolved=True), key="k2")
    first, second = (request.json for request in receiver.requests)
    assert (first["routing_key"], first["event_action"], first["payload"]["severity"]) == (
        "r0ut1ng",
        "trigger",
        "error",
    )
    assert (second["event_action"], second["dedup_key"]) == ("resolve", first["dedup_key"])
    assert channel.knows_keys


@pytest.mark.parametrize("cloud", [True, False])
def test_jira(receiver: Receiver, cloud: bool) -> None:
    made: list[str] = []

    def answer(request: receivers.Request) -> tuple[int, dict[str, str], bytes]:
        if request.path.startswith("/rest/api/3/search/jql") and not cloud:
            return 404, {}, b""
        if "/search" in request.path:
            return 200, {}, json.dumps({"issues": [{"key": key} for key in made]}).encode()
        if request.path.endswith("/issue"):
            made.append("FIN-1")
        return 201, {}, b'{"key": "FIN-1"}'

    receiver.answer = answer
    channel = one(f"jira:http://me%40x.org:t0k3n@127.0.0.1:{receiver.port}/FIN?type=Bug")
    channel.send(NOTICE, key="k", files=(PDF,))
    channel.send(NOTICE, key="k", files=(PDF,))
    assert made == ["FIN-1"], "the second time it is found"
    posts = [request for request in receiver.requests if request.method == "POST"]
    fields = posts[0].json["fields"]
    assert (fields["project"], fields["issuetype"]) == ({"key": "FIN"}, {"name": "Bug"})
    assert posts[0].headers["authorization"] == "Basic " + base64.b64encode(b"me@x.org:t0k3n").decode()
    assert posts[1].headers["x-atlassian-token"] == "no-check"
    assert PDF.content in posts[1].body
    assert "t0k3n" not in channel.place


def test_webhook(receiver: Receiver) -> None:
    one(f"webhook:{receiver.url}/in#s3cr3t").send(NOTICE, key="alert/ä", recipient="team", files=(PDF,))
    (request,) = receiver.requests
    assert request.headers["idempotency-key"] == "alert/\\xe4"
    signature = hmac.new(b"s3cr3t", request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-lakeledger-signature"] == f"sha256={signature}"
    assert Notice.from_json(request.json) == NOTICE
    assert base64.b64decode(request.json["files"][0]["base64"]) == PDF.content


def test_apprise(receiver: Receiver) -> None:
    one(f"apprise:json://127.0.0.1:{receiver.port}/in").send(NOTICE, key="k", files=(PDF,))
    (request,) = receiver.requests
    assert request.json["title"] == NOTICE.title
    receiver.answer = lambda _: (500, {}, b"")
    with pytest.raises(NotSent):
        one(f"apprise:json://127.0.0.1:{receiver.port}/in").send(NOTICE, key="k")


@pytest.mark.parametrize(
    ("status", "headers", "final", "after"),
    [
        (503, {}, False, None),
        (429, {"Retry-After": "120"}, False, timedelta(minutes=2)),
        (404, {}, True, None),
        (403, {}, True, None),
        (302, {"Location": "http://127.0.0.1:1/elsewhere"}, True, None),
    ],
)
def test_what_refusals_mean(
    receiver: Receiver, status: int, headers: dict[str, str], final: bool, after: timedelta | None
) -> None:
    receiver.answer = lambda _: (status, headers, b"no")
    with pytest.raises(NotSent) as caught:
        one(f"slack:{receiver.url}/services/T/B/s3cr3t").send(NOTICE, key="k")
    assert (caught.value.final, caught.value.after) == (final, after)
    assert "s3cr3t" not in str(caught.value)


def test_nobody_there() -> None:
    with pytest.raises(NotSent) as caught:
        one("teams:http://127.0.0.1:1/workflows/s3cr3t").send(NOTICE, key="k")
    assert not caught.value.final
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("implicit", [True, False])
def test_mail(tmp_path: Path, implicit: bool) -> None:
    with receivers.mail(tmp_path, implicit=implicit) as box:
        scheme, ca = ("smtps" if implicit else "smtp"), tmp_path / "cert.pem"
        address = f"mail:{scheme}://me:s3cr3t@127.0.0.1:{box.port}?from=Lakeledger%20<ll@x.org>&ca={ca}&to=all@x.org"
        one(address).send(NOTICE, key="k", recipient="a@x.org, b@x.org", files=(PDF,))
        one(address).send(Notice("To\r\nBcc: evil@x.org"), key="k2")
        to, message = box.messages[0]
        assert to == ["a@x.org", "b@x.org"]
        assert message["Subject"] == NOTICE.title
        assert [part.get_content_type() for part in message.walk()] == [
            "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf",
        ]  # fmt: skip
        (attached,) = message.iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == (PDF.name, PDF.content)
        assert "Two more runs" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert box.messages[1][0] == ["all@x.org"]
        assert box.messages[1][1]["Bcc"] is None
        assert box.logins[0] == b"me"


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_mail_refusals(tmp_path: Path) -> None:
    with receivers.mail(tmp_path, implicit=True) as box:
        base = f"127.0.0.1:{box.port}?from=ll@x.org"
        trusted = f"mail:smtps://me:s3cr3t@{base}&ca={tmp_path / 'cert.pem'}"
        box.refuse = {"no@x.org": "550 unknown", "later@x.org": "451 try later"}
        for recipient, final in (("no@x.org", True), ("later@x.org", False), ("yes@x.org,no@x.org", True), ("", True)):
            with pytest.raises(NotSent) as caught:
                one(trusted).send(NOTICE, key="k", recipient=recipient)
            assert caught.value.final is final, recipient
        with pytest.raises(NotSent, match="cannot be trusted"):
            one(f"mail:smtps://me:s3cr3t@{base}").send(NOTICE, key="k", recipient="yes@x.org")
        with pytest.raises(NotSent) as caught:
            one(trusted.replace("s3cr3t", "wr0ng")).send(NOTICE, key="k", recipient="yes@x.org")
        assert "(535)" in str(caught.value)
        assert not caught.value.final
        assert "wr0ng" not in str(caught.value)


def test_the_same_key_is_the_same_mail() -> None:
    ids = [compose(NOTICE, key=key, sender="ll@x.org", to=["a@x.org"])["Message-ID"] for key in ("a", "a", "b")]
    assert ids[0] == ids[1] != ids[2]


def test_texts() -> None:
    assert "1. New cluster type <m5.8xlarge>" in as_text(NOTICE)
    html = as_html(NOTICE)
    assert "&lt;m5.8xlarge&gt;" in html
    assert "<m5" not in html
    assert 'href="https://app.x/jobs?job=1&amp;from=2"' in html
    assert Notice.from_json(json.loads(json.dumps(NOTICE.as_json()))) == NOTICE
    assert Notice.from_json({"title": "old", "unknown": 1}) == Notice("old")


@pytest.mark.parametrize(
    "address",
    ["", "https://hooks.slack.com/s3cr3t", "slack:", "slack:http://example.org/s3cr3t", "slack:ftp://x/s3cr3t",
     "mail:smtp://me:s3cr3t@example.org?from=a@x&tls=off", "mail:smtps://me:s3cr3t@example.org", "pagerduty:",
     "jira:https://example.org/s3cr3t", "apprise:nosuch://s3cr3t", "pigeon:s3cr3t"],
)  # fmt: skip
def test_addresses_that_cannot_be_used_are_named_without_secrets(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        open_channels({"finops": address})
    assert "finops" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)


def test_kinds_say_their_names() -> None:
    assert all(getattr(made, "kind") == name for name, made in KINDS)  # noqa: B009


def test_a_mail_server_without_encryption_is_told_apart_from_none() -> None:
    port = receivers.free_port()
    controller = Controller(receivers.Mailbox(), hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    try:
        with pytest.raises(NotSent, match="does not offer what the channel asks of it: STARTTLS"):
            one(f"mail:smtp://127.0.0.1:{port}?from=ll@x.org&to=a@x.org").send(NOTICE, key="k")
        one(f"mail:smtp://127.0.0.1:{port}?from=ll@x.org&to=a@x.org&tls=off").send(NOTICE, key="k")
    finally:
        controller.stop()

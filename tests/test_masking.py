"""Secrets in text are hidden; what only looks alike is left."""

import pytest

from lib.masking import HIDDEN, masked, masked_values

SECRETS = [
    "CREATE USER x PASSWORD 's3cr3t'",
    "ALTER USER x IDENTIFIED BY 's3cr3t'",
    "SELECT * FROM read_files('s3://b', password => 's3cr3t')",
    "OPTIONS (user 'me', password 's3cr3t', dbtable 't')",
    "OPTIONS ('sfPassword' = 's3cr3t')",
    'SET x.api_key = "s3cr3t"',
    "SELECT * FROM t WHERE access_token = 's3cr3t'",
    "SELECT * FROM t WHERE t.secret='s3''cr3t s3cr3t'",
    "SELECT * FROM t WHERE password LIKE 's3cr3t%'",
    "SELECT * FROM t WHERE password IN ('s3cr3t')",
    "SELECT * FROM t WHERE password NOT IN ('s3cr3t', 's3cr3t')",
    "SELECT * FROM t WHERE password <> 's3cr3t' OR 's3cr3t' = t.password",
    "SELECT aes_decrypt(payload, 's3cr3t'), try_aes_decrypt(x, 's3cr3t', 'GCM')",
    "CREATE CONNECTION c TYPE mysql OPTIONS (host 'h', client_secret 's3cr3t')",
    "spark.hadoop.fs.azure.account.key.x.dfs.core.windows.net 'x', fs.s3a.secret.key='s3cr3t'",
    "jdbc:postgresql://h/db?user=me&password=s3cr3t&ssl=true",
    "postgresql://me:s3cr3t@host:5432/db",
    "https://blob.core.windows.net/x?sv=2024&sig=s3cr3t&se=2026",
    "https://bucket.s3.amazonaws.com/x?X-Amz-Signature=s3cr3t&X-Amz-Credential=s3cr3t",
    "curl -H 'Authorization: Bearer s3cr3ts3cr3t'",
    "Server=x;Database=y;User Id=z;Pwd=s3cr3t;",
    "--token s3cr3t".replace(" ", "="),
    '{"token": "s3cr3t"}',
    "-----BEGIN RSA PRIVATE KEY-----\ns3cr3t\n-----END RSA PRIVATE KEY-----",
    "COPY INTO t FROM 's3://x' WITH (CREDENTIAL (AWS_ACCESS_KEY = 's3cr3t', AWS_SECRET_KEY = 's3cr3t', AWS_SESSION_TOKEN = 's3cr3t'))",
    "https://hooks.slack.com/services/T0/B0/s3cr3t",
    "https://x.webhook.office.com/webhookb2/s3cr3t@1/IncomingWebhook/s3cr3t/2",
]


@pytest.mark.parametrize("text", SECRETS)
def test_hidden(text: str) -> None:
    assert "s3cr3t" not in masked(text)
    assert HIDDEN in masked(text)
    assert masked(masked(text)) == masked(text), "again changes nothing"


@pytest.mark.parametrize(
    "token",
    [
        "dapi" + "0123456789abcdef" * 2 + "-2",
        "ghp_" + "a1B2" * 9,
        "xoxb-1234567890-abc",
        "AKIA" + "A1" * 8,
        "eyJhbGciOiJI.eyJzdWIiOiIx.sig-nature",
    ],
)
def test_known_by_their_looks(token: str) -> None:
    assert token not in masked(f"x {token} y")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT token_count, secret FROM t WHERE n = 'abc'",
        "SELECT max(tokens) FROM usage WHERE day = '2026-01-01'",
        "SELECT * FROM secrets JOIN passwords USING (id)",
        "SELECT input_tokens + output_tokens AS tokens FROM serving",
        "https://host:8080/path@2x.png",
        "SELECT password FROM t -- 'x'",
        "max_tokens=100, total tokens: 5000",
        "SELECT 'a' = name, b FROM t WHERE token_count = 5",
        "SELECT secret('scope', 'key') FROM t WHERE state IN ('a', 'b')",
    ],
)
def test_left_alone(text: str) -> None:
    assert masked(text) == text


def test_values() -> None:
    before = {"conf": {"fs.secret.key": "x", "size": 3}, "list": ["password=abc", 1, None], "token": "", "tokens": 5}
    assert masked_values(before) == {
        "conf": {"fs.secret.key": HIDDEN, "size": 3}, "list": [f"password={HIDDEN}", 1, None], "token": "", "tokens": 5,
    }  # fmt: skip
    assert before["conf"]["fs.secret.key"] == "x", "the original is left alone"  # type: ignore[index]


def test_long_texts_take_no_time() -> None:
    for text in ("a", "a.", "pass", "x='", "://", "token ", "tokentoken"):
        assert masked(text * (60_000 // len(text)))

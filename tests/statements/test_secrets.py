"""Secrets in the text of statements are never shown."""

import pytest

from lib.masking import masked
from lib.statements.lint import lint

HIDDEN = [
    ("SELECT * FROM t WHERE password = 'hunter2'", "hunter2"),
    ("CREATE TABLE x USING jdbc OPTIONS (url 'jdbc:pg://h/db', user 'me', password 'hunter2')", "hunter2"),
    (
        "COPY INTO t FROM 's3://b' WITH (CREDENTIAL (AWS_ACCESS_KEY = 'AKIAABCDEFGHIJKLMNOP', AWS_SECRET_KEY = 'wJalrXU/bPx'))",
        "wJalrXU",
    ),
    ("SET spark.hadoop.fs.azure.account.key.x = abc123==", "abc123"),
    ("SELECT 'https://user:pa55word@host/x'", "pa55word"),
    ("SELECT 'dapi0123456789abcdef0123456789abcdef'", "dapi0123456789"),
    ("CREATE USER a IDENTIFIED BY 'top secret'", "top secret"),
    ("SELECT f('Authorization: Bearer abcdef.ghijklmnop')", "ghijklmnop"),
    ("SELECT api_key => 'k-123' FROM f(api_key => 'k-123')", "k-123"),
    ('SELECT f(token => "t-42")', "t-42"),
    ("SELECT 'jdbc:x://h?user=a&password=s3cr3t&x=1'", "s3cr3t"),
    ("SELECT 'eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJ'", "eyJzdWIi"),
]
KEPT = [
    "SELECT token FROM t",
    "SELECT secret('scope', 'key')",
    "SELECT input_token_count FROM t WHERE input_token_count > 10",
    "SELECT a FROM t WHERE b = 'x'",
    "SELECT COUNT(DISTINCT token) AS tokens FROM t GROUP BY token",
    "SELECT password_changed_at FROM users WHERE password IS NOT NULL",
]


@pytest.mark.parametrize(("text", "secret"), HIDDEN)
def test_hides(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in masked(text)
    assert secret not in str(lint(text).as_dict())


@pytest.mark.parametrize("text", KEPT)
def test_keeps(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(("text", "_"), HIDDEN)
def test_masking_twice_changes_nothing(text: str, _: str) -> None:
    assert masked(masked(text)) == masked(text)

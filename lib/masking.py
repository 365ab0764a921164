"""Hides secrets in text that will be kept or shown: statements, messages of other systems, events."""

import re
from collections.abc import Mapping
from typing import Any

HIDDEN = "•••"

_NAMES = (
    r"(?<![\w.\-])[\w.\-]{0,80}?(?:password|passwd|passphrase|pwd|secret|api[_-]?key|access[_-]?key|account[._-]?key|private[_-]?key|"
    r"(?:access|refresh|bearer|auth|id|sas|session)?[_-]?token|credential|connection[_-]?string|sasl[._-]jaas[._-]config)[\w.\-]{0,80}"
)
_LITERAL = r"'(?:[^'\\]|''|\\.)*'"
_LITERALS = re.compile(_LITERAL, re.DOTALL)


def _all_literals(found: "re.Match[str]") -> str:
    return str(found[1]) + _LITERALS.sub(f"'{HIDDEN}'", str(found[2]))


def _unquoted(found: "re.Match[str]") -> str:
    """A number after a name with “token” is a count."""
    count = "token" in str(found[1]).lower() and re.fullmatch(r"[\d.,_]+", str(found[2]))
    return str(found[0]) if count else str(found[1]) + HIDDEN


_RULES = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), replacement)
    for pattern, replacement in (
        # -----BEGIN … PRIVATE KEY-----
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)", HIDDEN),
        # scheme://user:password@host
        (r"(\b[a-z][a-z0-9+.\-]{0,30}://[^\s:/@'\"]*:)[^\s@/'\"]+(@)", rf"\1{HIDDEN}\2"),
        # Authorization: Bearer …
        (r"\b(bearer|basic)(\s+)[\w+/=.~\-]{8,}", rf"\1\2{HIDDEN}"),
        # 'password' = 'x', password => "x", "token": "x", OPTIONS (password 'x'), IDENTIFIED BY 'x'
        (rf"""((?:['"`]?){_NAMES}(?:['"`]?)\s*(?:=>|:=|==|!=|<>|=|:|,|\bis\b|\bto\b|\blike\b)?\s*){_LITERAL}""",
         rf"\1'{HIDDEN}'"),
        (rf"""((?:['"`]?){_NAMES}(?:['"`]?)\s*(?:=>|:=|==|=|:|,)\s*)"(?:[^"\\]|""|\\.)*\"""", rf'\1"{HIDDEN}"'),
        # password IN ('x', 'y'), 'x' = password, aes_encrypt(a, 'key')
        (rf"((?:['\"`]?){_NAMES}(?:['\"`]?)\s+(?:not\s+)?in\s*)(\([^)]*\))", _all_literals),
        (rf"{_LITERAL}(\s*(?:==|=|<>|!=)\s*[\"`]?{_NAMES}\b(?!\s*\())", rf"'{HIDDEN}'\1"),
        (rf"(\b(?:try_)?aes_(?:en|de)crypt\s*\([^,)]*,\s*)({_LITERAL})", _all_literals),
        (r"(\bidentified\s+by\s+)('(?:[^'\\]|''|\\.)*'|\"[^\"]*\"|\S+)", rf"\1'{HIDDEN}'"),
        # password=x, token: x without quotes (URLs, connection strings, command lines)
        (rf"((?:--)?{_NAMES}\s*[=:]\s*)(?!['\"{HIDDEN[0]}:=>(])([^\s;,&'\"()<>{{}}\[\]{HIDDEN[0]}]+)", _unquoted),
        # signatures of signed addresses
        (r"([?&](?:sig|signature|x-amz-signature|x-amz-credential|x-amz-security-token)=)[^&\s'\"]+", rf"\1{HIDDEN}"),
        # tokens by their looks: Databricks, GitHub, Slack, AWS, Google, JSON web tokens, incoming webhooks
        (r"\b(dapi|dkea|dose|dsapi)[0-9a-f]{24,}(?:-\d+)?", HIDDEN),
        (r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w\-]{16,}|xox[abeprs]-[\w\-]{8,}|sk-[\w\-]{20,})", HIDDEN),
        (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w\-]{30,}", HIDDEN),
        (r"\beyJ[\w\-]{8,}\.[\w\-]{8,}\.[\w\-]*", HIDDEN),
        (r"(https://hooks\.slack\.com/(?:services|workflows|triggers)/)[\w/\-]+", rf"\1{HIDDEN}"),
        (r"(https://[\w.\-]+\.webhook\.office\.com/)[\w/@\-]+", rf"\1{HIDDEN}"),
    )
)  # fmt: skip
_NAME = re.compile(_NAMES, re.IGNORECASE)


def masked(text: str) -> str:
    """The text with every secret that can be recognised hidden; the rest as it was.

    A secret is known by the name before it (password, token, secret, key …) or by its looks. A column of that name is left alone.

    >>> masked("CREATE USER x PASSWORD 'hunter2'")
    "CREATE USER x PASSWORD '•••'"
    >>> masked("SELECT token_count FROM t WHERE token = 'abc' AND n = 'abc'")
    "SELECT token_count FROM t WHERE token = '•••' AND n = 'abc'"
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def masked_values(value: Any) -> Any:
    """The same for plain JSON values: by the names of their fields, and in every text."""
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if _NAME.fullmatch(str(name)) and isinstance(item, str) and item else masked_values(item)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [masked_values(item) for item in value]
    return masked(value) if isinstance(value, str) else value

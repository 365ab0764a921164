"""Hides secrets in the text of statements: passwords, tokens and keys are neither stored nor shown."""

import re

HIDDEN = "***"
_WORDS = (
    r"pass(?:word|wd|phrase)?|pwd|secret(?:[_-]?(?:access)?[_-]?key)?|(?:access|auth|bearer|refresh|api|client)?[_-]?token"
    r"|api[_-]?key|access[_-]?key(?:[_-]?id)?|account[_.-]?key[\w.\-]*|client[_-]?secret|private[_-]?key|credential|sas|sig(?:nature)?"
)
_SAID = re.compile(
    rf"""(?P<name>(?<![a-z0-9])[`"']?[\w.\-]*?(?:{_WORDS})[`"']?\s*(?:=>|:=|[=:]|\s(?=['"])|\bby\b)\s*)"""
    r"""(?P<value>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|[^\s,;)('"&|]+)""",
    re.IGNORECASE,
)
_IDENTIFIED = re.compile(r"""(?P<name>\bidentified\s+by\s+)(?P<value>'(?:[^'\\]|\\.|'')*'|"[^"]*")""", re.IGNORECASE)
_SHAPES = re.compile(
    r"""\bdapi[0-9a-f]{16,}(?:-\d)?\b|\bdose[0-9a-f]{16,}\b|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_\w{20,}"""
    r"""|\bxox[abprs]-[\w-]{10,}|\bsk-[\w-]{20,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"""
    r"""|-----BEGIN[^-]*PRIVATE KEY-----.*?(?:-----END[^-]*-----|\Z)|(?<=://)[^\s/:@'"]+:[^\s/@'"]+(?=@)"""
    r"""|(?<=bearer\s)[\w.~+/=-]{12,}""",
    re.IGNORECASE | re.DOTALL,
)
_MAYBE = re.compile(
    rf"{_WORDS}|identified|dapi|dose|AKIA|ASIA|gh[pousr]_|xox|sk-|eyJ|PRIVATE KEY|://|bearer", re.IGNORECASE
)
_NOT_A_VALUE = re.compile(
    r"^(?:null|true|false|is|in|and|or|not|from|select|:\w+|\?|\{\{.*|[\w`.]+\(|\d{1,2})$", re.IGNORECASE
)


def masked(text: str) -> str:
    """The text with the values of secrets replaced by `***`; names of columns and secret scopes stay.

    >>> masked("SELECT * FROM t WHERE password = 'hunter2'"), masked("SELECT token FROM t")
    ("SELECT * FROM t WHERE password = '***'", 'SELECT token FROM t')
    """
    if not _MAYBE.search(text):
        return text
    text = _SHAPES.sub(HIDDEN, text)
    text = _IDENTIFIED.sub(_hide, text)
    return _SAID.sub(_hide, text)


def _hide(match: re.Match[str]) -> str:
    value = match["value"]
    if value[0] in "'\"":
        return match["name"] + value[0] + HIDDEN + value[0]
    if _NOT_A_VALUE.match(value) or not any(sign in match["name"] for sign in "=:"):
        return match[0]
    # a bare word after `=` is a column in SQL; inside a string or an option list it is the secret itself
    return (
        match[0]
        if re.fullmatch(r"`?[A-Za-z_]\w*`?(?:\.`?\w+`?)*", value) and not re.search(r"\d", value)
        else match["name"] + HIDDEN
    )

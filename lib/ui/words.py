"""Text from data inside Streamlit's Markdown: a name can never turn into a link, a formula or a picture."""

import re

WORD_JOINER = "\N{WORD JOINER}"
"""Invisible; keeps addresses from being turned into links, and signs such as ` -- ` into others, which escaping does not."""
_LINKED = re.compile(r"@|://|www", re.IGNORECASE)
_SIGNS = re.compile(r"(?<!\S)(<->|->|<-|--|>=|<=|~=)(?!\S)")
"""What Streamlit draws as one sign when it stands alone: an arrow, a long dash."""
_MARKUP = re.compile(r"[\\`*_\[\]<>$~:|&]")
_OPENING = re.compile(r"^(?:[#+=>-]|\d+(?=[.)]))")
"""What makes a heading or a list of a line that begins with it."""


def plain(text: object) -> str:
    r"""The text with every character that Markdown would read made harmless.

    >>> print(plain("<b>a_b</b> $5 - 1.50"))
    \<b\>a\_b\</b\> \$5 - 1.50
    >>> print(plain("# 1"), plain("- x"), plain("1. x"))
    \# 1 \- x 1\. x
    """
    line = _LINKED.sub(lambda found: found.group() + WORD_JOINER, " ".join(str(text).split()))
    line = _SIGNS.sub(lambda found: found.group()[0] + WORD_JOINER + found.group()[1:], line)
    line = _MARKUP.sub(r"\\\g<0>", line)
    return _OPENING.sub(lambda found: _guarded(found.group()), line)


def _guarded(opening: str) -> str:
    return f"{opening}\\" if opening.isdigit() else f"\\{opening}"


def figure(text: str) -> str:
    """A figure on its own: one currency sign begins no formula, and figures hold no other markup.

    >>> figure("$271"), figure("−$3.20")
    ('$271', '−$3.20')
    """
    return text if text.count("$") <= 1 and not _MARKUP.search(text.replace("$", "").replace("<", "")) else plain(text)


def strong(text: object) -> str:
    """The text in bold, harmless otherwise."""
    return f"**{plain(text)}**"


def sentence(text: str) -> str:
    """The text with a capital first letter, and the others as they are.

    >>> sentence("cost in USD rose")
    'Cost in USD rose'
    """
    return text[:1].upper() + text[1:]

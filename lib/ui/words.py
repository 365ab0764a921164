"""Text from data inside Streamlit's Markdown: a name can never turn into a link, a formula or a picture."""

import re

WORD_JOINER = "\N{WORD JOINER}"
"""Invisible; keeps addresses in names from being turned into links, which escaping does not."""
_LINKED = re.compile(r"@|://|www", re.IGNORECASE)
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:&])")


def plain(text: object) -> str:
    r"""The text with every character that Markdown would read made harmless.

    >>> print(plain("<b>a_b</b> $5"))
    \<b\>a\_b\</b\> \$5
    """
    line = _LINKED.sub(lambda found: found.group() + WORD_JOINER, " ".join(str(text).split()))
    return _MARKUP.sub(r"\\\1", line)


def strong(text: object) -> str:
    """The text in bold, harmless otherwise."""
    return f"**{plain(text)}**"

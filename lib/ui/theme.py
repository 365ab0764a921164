"""Colours that charts need besides the palette: text, grid and background of the theme in use."""

from dataclasses import dataclass

import streamlit as st

from lib.spend import palette


@dataclass(frozen=True)
class Theme:
    """The neutral colours of one theme; the same values as in `.streamlit/config.toml`."""

    name: str
    text: str
    muted: str
    grid: str
    background: str


LIGHT = Theme("light", text="#0a1424", muted="#5a6a82", grid="#e4e9f1", background=palette.LIGHT_BACKGROUND)
DARK = Theme("dark", text="#e6ecf5", muted="#9aa8bd", grid="#222f48", background=palette.DARK_BACKGROUND)


def current() -> Theme:
    """The theme the viewer has chosen; light until the browser has told."""
    return DARK if st.context.theme.type == "dark" else LIGHT

"""The theme file and the palette module say the same."""

import tomllib
from pathlib import Path

import pytest

from lib.spend import palette
from lib.ui import theme

ROOT = Path(__file__).parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
NEUTRAL = {"light": theme.LIGHT, "dark": theme.DARK}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_chart_palette_of_the_theme_is_ours(name):
    assert CONFIG["theme"][name]["chartCategoricalColors"] == [*palette.SERIES, palette.OTHER]
    assert (
        len(CONFIG["theme"][name]["chartSequentialColors"]) == len(CONFIG["theme"][name]["chartDivergingColors"]) == 10
    )


@pytest.mark.parametrize("name", ["light", "dark"])
def test_charts_use_the_colours_of_the_theme(name):
    ours, said = NEUTRAL[name], CONFIG["theme"][name]
    assert (ours.text, ours.background) == (said["textColor"], said["backgroundColor"])


def test_both_themes_set_the_same_keys():
    assert CONFIG["theme"]["light"].keys() == CONFIG["theme"]["dark"].keys()


def test_every_font_file_is_there_with_its_licence():
    faces = CONFIG["theme"]["fontFaces"]
    assert all((ROOT / face["url"].removeprefix("app/")).is_file() for face in faces)
    assert {"inter-LICENSE.txt", "jetbrains-mono-LICENSE.txt"} <= {
        p.name for p in (ROOT / "static" / "fonts").iterdir()
    }

"""Colours stay readable and apart for every kind of colour vision."""

from itertools import combinations

import numpy as np
import pytest

from lib.spend import palette

SIMULATED = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""Machado, Oliveira and Fernandes 2009, severity 1, in linear RGB."""
COLOURS = (*palette.SERIES, palette.OTHER)


def linear(colour):
    values = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light, dark = sorted((linear(c) @ (0.2126, 0.7152, 0.0722) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def oklab(rgb):
    to_lms = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return to_lab @ np.cbrt(to_lms @ np.clip(rgb, 0, 1))


@pytest.mark.parametrize("colour", COLOURS)
def test_chart_colours_stand_out_on_both_backgrounds(colour):
    assert contrast(colour, palette.LIGHT_BACKGROUND) >= 3
    assert contrast(colour, palette.DARK_BACKGROUND) >= 3


@pytest.mark.parametrize("vision", SIMULATED)
def test_colours_stay_apart_for_every_vision(vision):
    seen = {colour: oklab(SIMULATED[vision] @ linear(colour)) for colour in COLOURS}
    nearest = min(np.linalg.norm(seen[a] - seen[b]) for a, b in combinations(COLOURS, 2))
    assert nearest >= 0.06


def test_there_are_at_most_eight_and_no_product_shares_one():
    assert len(COLOURS) <= 8
    assert len(set(palette.PRODUCTS.values())) == len(palette.PRODUCTS)
    assert palette.OTHER not in palette.PRODUCTS.values()


def test_a_ranking_gives_each_colour_once_and_slate_to_the_rest():
    given = palette.series([f"team {number}" for number in range(9)] + ["Other"])
    assert list(given.values()) == [
        *palette.SERIES,
        palette.OTHER,
        palette.OTHER,
        palette.OTHER,
        palette.OTHER,
    ]

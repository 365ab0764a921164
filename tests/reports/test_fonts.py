"""Every character finds a font, and text fits where it is put."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.reports.paper.fonts import FOLDER, UNKNOWN, runs, width
from lib.reports.paper.scripts import visual
from lib.reports.paper.text import fitted, shortened, wrapped


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("nightly_etl", ["Inter-Regular"]),
        ("日本語とかな", ["NotoSansJP-Regular"]),
        ("简体中文", ["NotoSansSC-Regular"]),
        ("집계", ["NotoSansKR-Regular"]),
        ("Отчёт €5", ["Inter-Regular"]),
        ("a🚀", ["Inter-Regular", "NotoEmoji-Regular"]),
        ("تقرير", ["NotoSansArabic-Regular"]),
        ("รายงาน", ["NotoSansThai-Regular"]),
        ("髙橋さん", ["NotoSansJP-Regular"]),
    ],
)
def test_each_script_has_its_font(text, fonts):
    assert [font for font, _ in runs(text)] == fonts


def test_what_no_font_has_becomes_one_mark_per_character():
    assert "".join(part for _, part in runs("a\U0001fbb0\U000e0101b")).count(UNKNOWN) == 1


def test_controls_joiners_and_line_ends_do_not_print():
    assert "".join(part for _, part in runs("a\tb\nc\x00d\u200be\ufeff👩\u200d💻\ufe0f")) == "a b cde👩💻"


def test_digits_are_equally_wide():
    for face in ("regular", "bold", "mono"):
        assert len({round(width(digit, 100, face), 3) for digit in "0123456789"}) == 1


def test_arabic_is_joined_and_runs_from_the_right():
    assert visual("بيت") == "\ufe96\ufef4\ufe91"
    assert visual("سلام") == "\ufee1\ufefc\ufeb3"


def test_numbers_and_latin_inside_arabic_keep_their_order():
    assert visual("etl تقرير 2024").startswith("etl 2024 ")
    assert "(2024)" in visual("تقرير (2024)")


def test_files_fit_a_databricks_app_and_have_their_licences():
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    readme = (FOLDER / "README.md").read_text()
    assert max(sizes.values()) < 10 * 1000 * 1000
    assert all(name.removesuffix(".ttf") in readme for name in sizes if name.endswith(".ttf"))
    assert {"OFL-Inter.txt", "OFL-Noto.txt", "OFL-JetBrainsMono.txt", "LICENSE-DejaVu.txt"} <= set(sizes)


@given(st.text(min_size=1, max_size=120), st.floats(30, 300), st.integers(1, 3))
def test_fitted_lines_never_overflow(text, room, most):
    lines = fitted(text, room, 8, "regular", most)
    assert len(lines) <= most
    assert all(width(line, 8) <= room + 0.01 for line in lines)


@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=200), st.floats(40, 200))
def test_wrapping_loses_no_character(text, room):
    assert "".join(wrapped(text, room, 8)) == text


def test_cut_names_keep_more_of_the_beginning():
    cut = shortened("prod_nightly_customer_orders_etl_v2", 100, 8)
    before, _, after = cut.partition("…")
    assert "prod_nightly_customer_orders_etl_v2".startswith(before)
    assert "prod_nightly_customer_orders_etl_v2".endswith(after)
    assert len(before) > len(after) > 2

"""PDFs read back: pages, heads, totals, names, and the same bytes twice."""

import re
from dataclasses import replace
from io import BytesIO
from time import perf_counter

import pandas as pd
import pytest
from pypdf import PdfReader

from lib.reports.content import Card, Cards, Chart, ColumnSpec, Note, Paragraph, Report, Section, Table
from lib.reports.pdf import render
from lib.spend import formatting
from tests.reports import samples
from tests.reports.reading import pages, squeezed


@pytest.fixture(scope="module")
def big() -> list[str]:
    return pages(render(samples.jobs_sample(1200)))


def test_pages_are_numbered_out_of_all(big):
    assert [re.search(r"Page (\d+) of (\d+)", page).groups() for page in big] == [
        (str(number), str(len(big))) for number in range(1, len(big) + 1)
    ]


def test_head_repeats_on_every_page_of_the_table(big):
    table_pages = [page for page in big if "job_0" in page]
    assert len(table_pages) > 40
    assert all("Success rate" in page and "DBU cost" in page and "VM cost (est.)" in page for page in table_pages)


def test_every_row_is_on_paper_once(big):
    words = " ".join(big).split()
    frame = samples.job_frame(1200)
    counts = pd.Series([word for word in words if word.startswith("job_")]).value_counts()
    assert set(counts.index) == set(frame["job_name"][len(samples.NAMES) :])
    assert set(counts) == {1}


def test_total_line_equals_the_rows_to_the_cent(big):
    frame = samples.job_frame(1200)
    total = samples.total_of(frame, "cost", "vm_cost", "total_cost")
    line = next(page for page in big if re.search(r"Total [\d,]+ ", page))
    assert all(formatting.money(amount, "USD") in line for amount in total.values())


def test_long_names_keep_both_ends():
    text = squeezed(" ".join(pages(render(samples.jobs_sample(12)))))
    name = samples.NAMES[1]
    assert name[:20] in text
    assert name[-12:] in text


@pytest.mark.parametrize(
    "name",
    [
        "日次売上集計ジョブ_本番",
        "每日销售汇总作业",
        "매일 매출 집계",
        "Ночной расчёт продаж",
        "Ελληνική αναφορά",
        "🚀 rocket ✅",
    ],
)
def test_names_in_any_script_can_be_searched_and_copied(name):
    assert squeezed(name) in squeezed(" ".join(pages(render(samples.jobs_sample(12)))))


def test_arabic_letters_are_copied_as_letters_not_as_joined_forms():
    text = "".join(pages(render(samples.jobs_sample(12))))
    assert not [char for char in text if 0xFB50 <= ord(char) <= 0xFEFC]
    assert all(char in text for char in "تقريرالمبيعات")


def test_no_known_character_turns_into_a_box():
    assert "�" not in "".join(pages(render(samples.jobs_sample(12))))


def test_markup_in_names_is_shown_not_obeyed():
    text = squeezed(" ".join(pages(render(samples.jobs_sample(12)))))
    assert "<b>bold</b>&<font" in text
    assert "{{7*7}}" in text


def test_negative_and_unpriced_amounts_are_written_as_such():
    text = " ".join(pages(render(samples.jobs_sample(12))))
    assert "−$41.24" in text
    assert "unpriced" in text


def test_same_report_same_bytes():
    assert render(samples.jobs_sample(40)) == render(samples.jobs_sample(40))


def test_metadata_says_what_it_is():
    reader = PdfReader(BytesIO(render(samples.jobs_sample(12))))
    assert (reader.metadata.title, reader.metadata.author) == ("Job costs", "Lakeledger")
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert [entry.title for entry in reader.outline] == ["Jobs", "Notes"]


def test_all_fonts_but_the_default_are_embedded_subsets():
    fonts = {}
    for page in PdfReader(BytesIO(render(samples.jobs_sample(12)))).pages:
        fonts |= {font.get_object()["/BaseFont"]: font.get_object() for font in page["/Resources"]["/Font"].values()}
    embedded = {name for name, font in fonts.items() if "/FontFile2" in font.get("/FontDescriptor", {})}
    assert {name for name in fonts if "+" in name} == embedded
    assert set(fonts) - embedded <= {"/Helvetica"}


def test_empty_report_says_so_and_has_one_page():
    text = pages(render(samples.empty_sample()))
    assert len(text) == 1
    assert "No rows match these filters." in text[0]
    assert text[0].count("Nothing to draw in this period.") == 3
    assert "Page 1 of 1" in text[0]


def test_a_bare_report_renders():
    assert pages(render(Report("Nothing at all"))) == ["Lakeledger Nothing at all Lakeledger Page 1 of 1"]


@pytest.mark.slow
def test_five_thousand_rows_take_seconds():
    report = samples.jobs_sample(5000)
    start = perf_counter()
    pdf = render(report)
    assert perf_counter() - start < 15
    assert len(PdfReader(BytesIO(pdf)).pages) > 150


def test_a_very_wide_table_shrinks_instead_of_overflowing():
    frame = pd.DataFrame([{f"c{index}": 123456789.125 for index in range(30)} | {"name": "x" * 300}] * 5)
    columns = (
        ColumnSpec("name", "Name"),
        *(ColumnSpec(f"c{index}", f"Column {index}", "money") for index in range(30)),
    )
    reader = PdfReader(BytesIO(render(Report("Wide", sections=(Section("", (Table("", frame, columns),)),)))))
    assert _widest_reach(reader) <= float(reader.pages[0].mediabox.width)
    assert reader.pages[0].extract_text().count("$123,456,789.13") == 150


def test_short_words_are_never_broken():
    columns = (
        ColumnSpec("name", "About", width=2),
        ColumnSpec("cost", "Costs now", "money"),
        ColumnSpec("state", "State", "state"),
        ColumnSpec("owner", "Owner", missing="nobody"),
    )
    for letters in range(60, 400, 20):
        frame = pd.DataFrame([{"name": "x" * letters, "cost": 1392.48, "state": "open", "owner": None}] * 3)
        (text,) = pages(render(Report("Narrow", sections=(Section("", (Table("", frame, columns),)),))))
        assert (text.count("Open"), text.count("nobody")) == (3, 3)


def test_no_text_leaves_the_page():
    for report in (samples.jobs_sample(60), samples.job_sample()):
        reader = PdfReader(BytesIO(render(report)))
        assert _widest_reach(reader) < float(reader.pages[0].mediabox.width) - 30


def _widest_reach(reader: PdfReader) -> float:
    """The right-most place where a piece of text begins."""
    places: list[float] = []
    for page in reader.pages:
        page.extract_text(
            visitor_text=lambda text, cm, tm, font, size: places.append(tm[4] + cm[4]) if text.strip() else None
        )
    return max(places)


@pytest.mark.parametrize("amounts", [[5.0], [0.0], [-3.0, -4.0], [None], [None, 2.0], [1e-9, 1e12], [0.0, 0.0, -1.0]])
@pytest.mark.parametrize("kind", ["stacked_days", "line", "bars", "donut", "run_history"])
def test_charts_stand_any_amounts(kind, amounts):
    frame = pd.DataFrame(
        {"x": [samples.START] * len(amounts), "y": amounts, "s": ["FAILED"] * len(amounts), "z": amounts}
    )
    chart = Chart("Odd amounts", kind, frame, "x", "y", "s", y2="z" if kind == "run_history" else "")
    assert "Odd amounts" in pages(render(Report("Charts", sections=(Section("", (chart,)),))))[0]


def test_more_series_than_colours_become_other():
    frame = pd.DataFrame(
        [{"day": samples.START, "name": f"product {index:02d}", "cost": 100 - index} for index in range(20)]
    )
    chart = Chart("Many", "stacked_days", frame, "day", "cost", "name")
    text = pages(render(Report("Charts", sections=(Section("", (chart,)),))))[0]
    assert "Other" in text
    assert "product 05" in text
    assert "product 06" not in text
    assert formatting.money(sum(100 - index for index in range(6, 20)), "USD") in text


def test_blocks_of_all_kinds_in_one_section():
    card = Card(
        "Total", "$1.00", "+$1.00 vs previous 30 days", "a long note that needs more than one line on a card", "bad"
    )
    blocks = (Cards((card,) * 8), Note("Beware.", "warning"), Paragraph("First.\nSecond. " + "word " * 900))
    text = pages(render(Report("Blocks", sections=(Section("One", blocks, new_page=True),))))
    assert "".join(text).count("$1.00 +$1.00") == 8
    assert "Beware." in "".join(text)
    assert "".join(text).count("word") == 900


def test_other_currencies_are_written_their_way():
    text = " ".join(pages(render(replace(samples.jobs_sample(12), currency="EUR"))))
    assert "−€41.24" in text

import re

from matplotlib import rcParams

from cot_engine.figures import timeline_figure
from cot_engine.figures.palette import LIGHT
from cot_engine.figures.svg import inline_svg


def svg(case, alt: str = "A chart.") -> str:
    report, pictures = case
    return inline_svg(timeline_figure(report.people[0], pictures[0].timeline, 3.0), "p1-", alt)


def test_no_address_no_style_sheet_and_no_script_are_left(smile):
    text = svg(smile)
    assert "http" not in text
    assert "<style" not in text
    assert "<script" not in text
    assert "xmlns" not in text


def test_every_colour_follows_the_scheme_of_the_page(smile):
    text = svg(smile)
    assert "var(--mouth)" in text
    assert "var(--hatch)" in text
    assert not re.findall("#[0-9a-f]{6}", text)
    assert not any(colour in text for colour in LIGHT.values())


def test_words_are_text_in_the_page_s_typeface(smile):
    text = svg(smile)
    assert ">lip corner puller</text>" in text
    assert "font-family" not in text


def test_every_id_has_the_prefix_and_the_alternative_text_is_escaped(smile):
    text = svg(smile, 'a "chart" <b>')
    assert re.findall(r'\bid="(?!p1-)', text) == []
    assert 'aria-label="a &quot;chart&quot; &lt;b&gt;"' in text


def test_the_settings_of_the_process_are_put_back(smile):
    before = rcParams["svg.fonttype"], rcParams["svg.hashsalt"]
    svg(smile)
    assert (rcParams["svg.fonttype"], rcParams["svg.hashsalt"]) == before

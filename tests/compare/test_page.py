import re

import pytest
from faked_pairs import BROWS, FROWN, SMILE, SMIRK, Move, label, subject

from cot_engine.compare.chart import comparison_figure, legend, moved
from cot_engine.compare.page import render_html, write_html
from cot_engine.compare.run import compare_subjects


@pytest.fixture(scope="module")
def outcome():
    a = subject(SMIRK, BROWS, FROWN, name="driver.mp4", label=label(), noise=1)
    b = subject(SMIRK, Move("AU15", 1, 1), name="generated.mp4", label=label(), noise=2, duration=3.8)
    return compare_subjects(a, b)


def test_there_is_a_row_for_what_moved_and_for_nothing_else(outcome):
    assert moved(outcome) == ["AU1", "AU4", "AU12", "AU15"]
    texts = {t.get_text() for t in comparison_figure(outcome).axes[0].texts}
    assert {"AU1", "AU4", "AU12", "AU15", "lost in B", "added in B", "5 left"} <= texts
    assert "AU2" not in texts


def test_both_curves_and_every_event_are_drawn(outcome):
    axes = comparison_figure(outcome).axes[0]
    bars = [line for line in axes.lines if line.get_linewidth() == 3.4]
    drawn = {tuple(round(x, 2) for x in line.get_xdata()) for line in bars}
    assert {(round(x.start_s, 2), round(x.end_s, 2)) for x in (*outcome.comparison.lost, *outcome.comparison.added)} <= drawn
    assert len(bars) == len(outcome.comparison.lost) + len(outcome.comparison.added) + 2


def test_the_narrow_chart_is_as_wide_as_a_phone(outcome):
    assert comparison_figure(outcome, narrow=True).get_figwidth() == pytest.approx(3.7)


def test_the_page_is_whole_and_holds_the_numbers(outcome, tmp_path):
    write_html(outcome, tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert text.count("<svg") >= 2
    assert f"{outcome.comparison.fidelity.score:.2f} <small>of 1" in text
    assert "Lost: in A, not in B" in text
    assert "inner brow raiser" in text
    assert legend().split(".")[0] in text
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)
    assert "<script" not in text
    assert "/somewhere" not in text, "folders are nobody's business"


def test_markup_in_a_file_name_stays_text():
    a = subject(SMILE, name="<script>alert(1)<.mp4", label=label("<img src=x>"))
    text = render_html(compare_subjects(a, subject(SMILE, name="\u202egpj.mp4", label=label("<img src=x>"))))
    assert "<script" not in text
    assert "<img" not in text
    assert "[U+202E]" in text


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (subject(), subject(SMILE), "not defined"),
        (subject(), subject(), "Nothing that could be compared moved"),
        (subject(SMILE, duration=0), subject(BROWS, duration=0), "still pictures"),
    ],
)
def test_a_comparison_without_a_score_has_a_page_that_says_so(a, b, words):
    assert words in render_html(compare_subjects(a, b))

import re

import pytest
from faked_rows import captioned, duplicate, rejected

from cot_engine.captioning.stats import gather
from cot_engine.captioning.stats_page import render_stats

HOSTILE = "<script>alert(1)</script>\u202e"


@pytest.fixture(scope="module")
def page():
    rows = [captioned(n, "fear", given_label="anger", source=f"set-{n % 2}", subject=f"s{n}") for n in range(6)]
    return render_stats(gather([*rows, rejected("r", source=HOSTILE), duplicate("d", "c1")]), {"model": HOSTILE})


def test_it_needs_nothing_from_outside_and_runs_nothing(page):
    assert "default-src 'none'" in page
    assert not re.findall(r"<(?:script|link|iframe|object|img)\b", page)
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!#)""", page)


def test_names_are_escaped_and_text_direction_is_written_out(page):
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;[U+202E]" in page


def test_ids_are_unique_and_references_lead_to_them(page):
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) > 0
    assert set(re.findall(r"""["(]#([\w-]+)[")]""", page)) <= set(ids)


def test_it_has_the_charts_and_both_breakdowns(page):
    assert page.count('class="chart"') == 6
    for said in ("By source", "By subject", "Given labels and answers", "Rejected clips", "Signs of a collapsed run"):
        assert said in page


def test_charts_follow_the_colour_scheme(page):
    charts = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert not [colour for chart in charts for colour in re.findall(r"(?:fill|stroke): ?#[0-9a-f]{6}", chart)]


def test_a_run_without_captions_has_a_page():
    page = render_stats(gather([rejected("r")]), {})
    assert "0 of 1 clips" in page
    assert "Given labels and answers" not in page

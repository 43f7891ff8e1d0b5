import os
import re
from pathlib import Path

import numpy as np
import pytest

from cot_engine.figures import Moment, Pictures, write_html
from cot_engine.figures.page import render_html

CASES = ["smile", "five", "observed", "unsure", "still_face", "hostile"]


@pytest.fixture(params=CASES)
def case(request):
    return request.getfixturevalue(request.param)


def test_every_page_is_well_formed_and_its_ids_are_unique(case, parse):
    page = parse(render_html(*case))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert next(attrs for tag, attrs in page.tags if tag == "html")["lang"] == "en"


def test_every_reference_stays_inside_the_page(case, parse):
    text = render_html(*case)
    page = parse(text)
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    for tag, attrs in page.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "base", "form")
        for name, value in attrs.items():
            if name in ("href", "xlink:href"):
                assert value[0] == "#"
                assert value[1:] in ids
            elif name == "src":
                assert value.startswith("data:image/jpeg;base64,")
            else:
                assert name not in ("srcset", "poster", "background", "action")
                assert not name.startswith("on")
                for target in re.findall(r"url\(([^)]*)\)", value or ""):
                    assert target[0] == "#"
                    assert target[1:] in ids
    style = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_no_script_and_no_network(smile, parse):
    policy = next(a["content"] for t, a in parse(render_html(*smile)).tags if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_hostile_text_is_shown_as_text_and_makes_no_element(hostile, parse):
    page = parse(render_html(*hostile))
    assert "<script>alert(1)</script>" in page.words
    assert "</p></section><style>body{display:none}</style>" in page.words
    assert "x" * 10_000 in "".join(page.text)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script"})
    assert sum(tag == "style" for tag, _ in page.tags) == 1
    assert not any("onx" in attrs or "onload" in attrs or "onerror" in attrs for _, attrs in page.tags)


def test_text_direction_marks_and_terminal_escapes_are_written_out(hostile):
    text = render_html(*hostile)
    assert not set(text) & set("\u202e\u202c\x1b")
    assert "The brows [U+202E]kcol[U+202C] are [U+001B][31mlowered." in text


def test_sections_come_in_reading_order(smile, parse):
    words = parse(render_html(*smile)).words
    order = [
        "happiness very likely (91 %)",
        "640 × 360 px",
        "Person 1 main person",
        "Moments",
        "Action units over time",
        "Explanation, checked",
        "Key observations",
        "Overall interpretation",
        "Conclusion happiness",
        "Claims found",
        "Measured but not mentioned AU14 dimpler, left side, marked (C)",
        "Label probabilities",
        "threshold 50 %",
        "Events",
        "Hidden parts of the face mouth: hand or object, 1.60–1.90 s",
        "Warnings The person talks",
        "How this face was seen",
        "How it was measured",
        "mediapipe blendshapes",
        "decord 0.6.0",
        "Responsible use",
        "Article 5(1)(f)",
    ]
    places = [words.find(part) for part in order]
    assert -1 not in places
    assert places == sorted(places)


def test_each_claim_is_marked_with_its_own_words_and_verdict(smile, parse):
    report, pictures = smile
    marks = parse(render_html(report, pictures)).marks
    for claim in report.people[0].claims:
        assert (claim.verdict, claim.text) in marks


def test_each_claim_has_a_row_with_verdict_in_words_and_reason(smile, parse):
    report, pictures = smile
    page = parse(render_html(report, pictures))
    rows = {attrs["id"] for tag, attrs in page.tags if tag == "tr" and "id" in attrs}
    assert rows == {f"p1-claim{i + 1}" for i in range(len(report.people[0].claims))}
    assert "brows are lowered (AU4) at 2.0 s AU4 both contradicted AU4 stayed at or below 0.2" in page.words


def test_a_claim_whose_offsets_hold_other_words_is_not_marked_but_listed(smile, parse):
    report, pictures = smile
    moved = report.people[0].claims[5].model_copy(update={"start": 3, "end": 9})
    page = parse(
        render_html(report.model_copy(update={"people": (report.people[0].model_copy(update={"claims": (moved,)}),)}), pictures)
    )
    assert [mark for mark in page.marks if mark[1] not in ("supported", "contradicted", "unverifiable")] == []
    assert "brows are lowered (AU4) at 2.0 s not found at its place in the text" in page.words


def test_observe_mode_names_no_expression(observed, parse):
    page = parse(render_html(*observed))
    assert "Movements measured lip corner puller (AU12, severe), cheek raiser (AU6, marked)" in page.words
    assert "Label probabilities" not in page.words


def test_an_abstained_label_reads_not_sure_and_says_what_was_missing(unsure, parse):
    words = parse(render_html(*unsure)).words
    assert "Apparent expression not sure The likeliest label, happiness, reached 41 %; at least 50 %" in words


def test_the_main_person_comes_first_and_every_person_is_in_the_index(five, parse):
    page = parse(render_html(*five))
    assert "Person 1 main person · track 2" in page.words
    assert page.words.index("track 2") < page.words.index("track 0")
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a" and re.fullmatch(r"#p\d", attrs["href"])]
    assert links == [f"#p{n}" for n in range(1, 6)]
    assert "left eye: sunglasses" in page.words


def test_a_still_image_has_no_times(five, parse):
    words = parse(render_html(*five)).words
    assert "onset apex offset" not in words
    assert "0.00 s" not in words


def test_a_person_without_events_trace_or_pictures_has_a_page(still_face, parse):
    words = parse(render_html(*still_face)).words
    assert "no facial movement measured" in words
    assert "No explanation was written" in words
    assert "No event was measured" in words


def test_a_report_without_people_says_so(smile, parse):
    report, _ = smile
    assert "no person measured" in parse(render_html(report.model_copy(update={"people": ()}), {})).words


def test_the_folders_of_the_clip_stay_private(smile):
    assert "/home/someone" not in render_html(*smile)


def test_every_picture_and_chart_has_an_alternative_text(smile, parse):
    page = parse(render_html(*smile))
    assert all(attrs["alt"] for tag, attrs in page.tags if tag == "img")
    charts = [attrs for tag, attrs in page.tags if tag == "svg" and attrs.get("role") == "img"]
    assert len(charts) == 2
    assert all("AU12 lip corner puller, both sides, severe (D), peak at 1.20 s" in chart["aria-label"] for chart in charts)


def test_open_borders_of_an_event_are_marked(smile, parse):
    assert "≥ 3.00" in parse(render_html(*smile)).words


def test_a_page_of_one_person_stays_small(smile):
    assert len(render_html(*smile).encode()) < 400_000


def test_the_same_report_gives_the_same_page(smile):
    assert render_html(*smile) == render_html(*smile)


def test_the_file_replaces_an_older_one_and_leaves_nothing_beside_it(smile, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("old")
    write_html(*smile, path)
    assert path.read_text(encoding="utf-8") == render_html(*smile)
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_failed_write_keeps_the_older_file(smile, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_html(*smile, path)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_name_of_255_bytes_can_be_written(still_face, tmp_path):
    path = tmp_path / ("n" * 250 + ".html")
    write_html(*still_face, path)
    assert path.stat().st_size > 0


def test_a_malformed_frame_is_refused_before_anything_is_written(smile, tmp_path):
    report, _ = smile
    grey = Pictures(None, (Moment(0.0, "AU12", np.zeros((9, 9), np.uint8), (1, 1, 5, 5)),))
    with pytest.raises(ValueError, match="not \\(9, 9\\) uint8"):
        write_html(report, {0: grey}, tmp_path / "report.html")
    assert os.listdir(tmp_path) == []


def test_the_template_is_installed_with_the_package():
    import tomllib

    data = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    assert "figures/*.j2" in data["cot_engine"]

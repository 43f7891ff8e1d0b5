import re

import pytest
from studio_set import reader, two_people

from cot_engine.studio.bench import score
from cot_engine.studio.bench_text import markdown, verdict_lines
from cot_engine.studio.held_out import held_out


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    clips = held_out(two_people(tmp_path_factory.mktemp("set") / "set"))
    return score([clip.truth for clip in clips], {clip.truth.clip: reader(clip.path) for clip in clips})


def test_every_threshold_is_a_line_that_says_pass_or_fail(document):
    lines = verdict_lines(document)
    assert "FAIL  held-out clips: 2 (needed >= 300)" in lines
    assert "pass  macro F1 at grade B: 1.000 (needed >= 0.75)" in lines
    assert "FAIL  F1 of AU1: none (needed >= 0.6)" in lines
    assert all(f"- {line}\n" in markdown(document) for line in lines)


def test_every_table_has_as_many_cells_in_every_row(document):
    for block in markdown(document).split("\n\n"):
        rows = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in rows}) <= 1, block


def test_every_value_has_its_n_and_the_rules_are_stated(document):
    text = markdown(document)
    assert "| macro F1 | 1.000 [1.000, 1.000] (n = 2 AUs) | 0.500" in text
    assert "grade B or more" in text
    assert "| AU12 | lip corner puller | " in text
    assert re.search(r"\| dark \(too few\) \| 1 \| 1 \|", text)
    assert "nan" not in text

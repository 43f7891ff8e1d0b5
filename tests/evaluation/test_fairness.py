import pytest
from predicted import predictions

from cot_engine.evaluation.fairness import fairness_section


def people(light, dark, n=200):
    """Two groups of ``n`` clips; ``light`` and ``dark`` of ten answers are right."""
    made = []
    for tone, right in (("light", light), ("dark", dark)):
        for i in range(n):
            truth = ("anger", "joy")[i % 2]
            made.append((tone, truth, truth if (i // 2) % 10 < right else "fear"))
    pairs = [(truth, answer) for _, truth, answer in made]
    return predictions(pairs, groups=[{"skin_tone": tone} for tone, _, _ in made])


def test_a_gap_is_measured_and_named():
    section = fairness_section(people(9, 5))
    gap = section.figure("UAR gap, skin_tone")
    assert gap.value == pytest.approx(0.4, abs=1e-9)
    assert gap.low > 0.25
    assert section.figure("WAR, skin_tone light").value == pytest.approx(0.9, abs=1e-9)
    assert "90 % (light) to 50 % (dark), more than chance explains" in section.sentences[0]


def test_no_gap_is_left_to_chance():
    section = fairness_section(people(7, 7))
    assert section.figure("UAR gap, skin_tone").value == pytest.approx(0, abs=1e-9)
    assert "no more than chance can explain" in section.sentences[0]


def test_a_small_group_is_said_to_be_small_and_takes_no_part_in_the_gap():
    rows = people(9, 9) + predictions([("joy", "fear")] * 3, groups={"skin_tone": "medium"})
    section = fairness_section(rows)
    assert "too small for a claim" in section.figure("UAR, skin_tone medium").note
    assert section.figure("UAR gap, skin_tone").value == pytest.approx(0, abs=1e-9)
    assert "Too small to say anything about (skin_tone): medium." in section.sentences


def test_groups_are_compared_on_the_labels_that_both_have():
    rows = people(9, 9) + predictions([("fear", "joy")] * 40, groups={"skin_tone": "dark"})
    gap = fairness_section(rows).figure("UAR gap, skin_tone")
    assert gap.value == pytest.approx(0, abs=1e-9)
    assert "over 2 labels" in gap.note


def test_without_groups_the_report_says_that_nothing_is_known():
    assert "Nothing is known about groups" in fairness_section(predictions([("joy", "joy")])).sentences[0]

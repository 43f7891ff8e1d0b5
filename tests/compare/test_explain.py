import re

import pytest
from faked_pairs import AUS, BROWS, FROWN, SMILE, SMIRK, Move, label, subject

from cot_engine.compare.run import compare_subjects
from cot_engine.facs import ACTION_UNITS

PAIRS = {
    "same": (subject(SMILE, BROWS), subject(SMILE, BROWS)),
    "part": (subject(SMILE, BROWS, FROWN, label=label()), subject(SMILE, label=label("neutral", 0.1))),
    "weaker": (subject(SMILE, BROWS, FROWN), subject(Move("AU12", 0.8, 1.4, 1.8, 1.8), BROWS, FROWN)),
    "sides": (subject(SMIRK, BROWS, FROWN), subject(Move("AU12", 0.8, 1.4, 3, 2.9), BROWS, FROWN)),
    "nothing": (subject(), subject()),
    "pictures": (subject(SMILE, duration=0), subject(BROWS, duration=0)),
    "short": (subject(SMILE, BROWS, FROWN), subject(SMILE, duration=2.4)),
}


def sentences(name):
    return compare_subjects(*PAIRS[name]).comparison.explanation


@pytest.mark.parametrize("name", PAIRS)
def test_only_what_moved_or_could_not_be_compared_is_named(name):
    a, b = PAIRS[name]
    found = compare_subjects(a, b).comparison
    moved = {e.au for s in (a, b) for e in s.evidence.events}
    blind = {u.au for u in found.action_units if u.status == "not_comparable"}
    named = {au for sentence in found.explanation for au in re.findall(r"AU\d+", sentence)}
    assert named <= moved | blind
    assert named <= set(AUS)


@pytest.mark.parametrize("name", PAIRS)
def test_every_sentence_is_whole_and_every_name_is_that_of_facs(name):
    for sentence in sentences(name):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert not re.search(r"nan|None|-0\.00|  ", sentence)
        for words, au in re.findall(r"([a-z ]+) \((AU\d+)\)", sentence):
            assert words.strip().endswith(ACTION_UNITS[au].name)


@pytest.mark.parametrize("name", PAIRS)
def test_every_time_that_is_told_was_measured(name):
    a, b = PAIRS[name]
    found = compare_subjects(a, b).comparison
    lag_s = (found.alignment.lag_ms or 0) / 1000 if found.alignment else 0
    moments = [t - by for s, by in ((a, 0), (b, lag_s)) for e in s.evidence.events for t in (e.onset_s, e.apex_s, e.offset_s)]
    for sentence in found.explanation:
        for told in re.findall(r"(?:at|from|to) (\d+\.\d\d) s", sentence):
            assert min(abs(float(told) - t) for t in moments) < 0.0051, sentence


def test_strengths_and_sides_are_said():
    assert any("weaker in B (1.8 instead of 3.5)" in s for s in sentences("weaker"))
    (smile,) = [s for s in sentences("sides") if "AU12" in s]
    assert "lip corner puller (AU12), left side, severe (D)" in smile
    assert "in B on both sides" in smile


def test_labels_are_told_with_their_overlap():
    assert "Apparent expression: A is read as happiness, B as neutral (their probabilities overlap by 30%)." in sentences(
        "part"
    )


def test_long_lists_are_cut_to_the_strongest():
    many = [Move("AU12", t, 0.4, 1.5 + t / 10, 1.5 + t / 10) for t in range(8)]
    found = compare_subjects(subject(*many, BROWS, duration=9), subject(BROWS, duration=9)).comparison
    lost = [s for s in found.explanation if s.startswith("Lost")]
    assert len(lost) == 6
    assert lost[-1] == "Lost as well: 3 more."
    assert "7.06" in lost[0]


def test_talking_of_one_alone_is_said():
    a, b = subject(SMILE), subject(SMILE)
    from cot_engine.evidence import Span

    talks = a.evidence.model_copy(update={"talking": (Span(start_s=1, end_s=2),)})
    found = compare_subjects(type(a)(a.clip, 0, a.timeline, talks), b).comparison
    assert "A talks for part of the time, B does not." in found.explanation

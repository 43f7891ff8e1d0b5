from collections import Counter

import pytest
from faked import random_evidence
from faked_rows import BASIC

from cot_engine.captioning.stats_collapse import at_least, effective, findings
from cot_engine.captioning.stats_wording import Wording
from cot_engine.reasoners.codebook import Codebook

K = len(BASIC.names)


def codes(answers=None, not_sure=0, pairs=None, wording=None):
    pairs = pairs or {}
    answers = answers or Counter({said: 0 for _, said in pairs})
    for (_, said), count in pairs.items():
        answers[said] += count
    return [one.code for one in findings(answers, not_sure, pairs, K, wording or Wording())]


def test_one_label_for_everything_is_found_against_even_given_labels():
    found = codes(pairs={(name, "happiness"): 20 for name in BASIC.names})
    assert {"one_label", "few_labels", "chance"} <= set(found)


def test_one_label_for_everything_is_found_without_given_labels():
    assert codes(Counter(neutral=98, fear=2)) == ["one_label", "few_labels"]


def test_answers_that_follow_the_given_labels_are_no_collapse():
    assert codes(pairs={(name, name): 20 for name in BASIC.names}) == []


def test_clips_that_truly_show_one_expression_are_no_collapse():
    assert codes(pairs={("happiness", "happiness"): 95, ("fear", "fear"): 5}) == []


def test_a_label_that_is_never_answered_though_often_given_is_named():
    pairs = {(name, name): 30 for name in BASIC.names if name != "fear"} | {("fear", "surprise"): 30}
    assert codes(pairs=pairs) == ["dead_labels"]


def test_a_run_that_is_never_sure_is_found():
    assert codes(Counter(fear=1), not_sure=99) == ["mostly_not_sure"]


def test_few_answers_say_nothing():
    assert codes(Counter(neutral=29)) == []
    assert codes(pairs={("fear", "neutral"): 29}) == []


def test_the_sentence_holds_the_numbers():
    (one, *_) = findings(Counter(neutral=98, fear=2), 0, {}, K, Wording())
    assert one.message.startswith("98 % of the answers are 'neutral'")


def told(writer):
    """Faces at random, each with what ``writer`` makes of its evidence and number."""
    wording = Wording()
    for seed in range(80):
        seen = random_evidence(seed)
        wording.add(f"{seed}", {event.au for event in seen.events if event.grade in "CDE"}, writer(seen, seed))
    assert wording.sets >= 30
    return {one.code for one in findings(Counter(), 0, {}, K, wording)}


def test_the_codebooks_own_captions_are_not_called_collapsed_in_words():
    assert told(lambda seen, seed: Codebook().explain(seen, None, 0.45).trace.observations) == set()


def test_the_same_words_for_every_face_are_found():
    assert told(lambda seen, seed: [f"The lip corners are drawn up (AU12) at {seed}.5 s."]) == {"same_words", "boilerplate"}


def test_near_identical_captions_are_found_though_none_is_the_same():
    words = "The face is seen well and in this clip the mouth and the brows move a little while the eyes stay open, then {}."
    assert told(lambda seen, seed: [words.format("abcdefghij"[seed % 10] * (seed // 10 + 2))]) == {"boilerplate"}


def test_faces_that_moved_alike_may_be_described_alike():
    wording = Wording()
    for n in range(50):
        wording.add(f"{n}", {"AU12"}, ["Both lip corners are drawn up."])
    assert (wording.same, wording.sets, wording.boilerplate) == (0, 1, None)


@pytest.mark.parametrize(("counts", "width"), [({}, 0), ({"a": 5}, 1), ({"a": 3, "b": 3}, 2)])
def test_the_effective_number_of_labels(counts, width):
    assert effective(Counter(counts)) == pytest.approx(width)


def test_the_lower_end_of_the_wilson_interval():
    # Newcombe 1998, table I: 81 of 263 gives 0.2553.
    assert at_least(81, 263) == pytest.approx(0.2553, abs=1e-4)
    assert at_least(0, 0) == 0

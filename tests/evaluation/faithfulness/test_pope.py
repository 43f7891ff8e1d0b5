import pytest
from faked import event, evidence

from cot_engine.evaluation.faithfulness import pope
from cot_engine.evaluation.faithfulness.pope import Common, probes
from cot_engine.evaluation.faithfulness.said import said
from cot_engine.evaluation.prediction import Prediction

AUS = ("AU1", "AU2", "AU4", "AU6", "AU12", "AU15")


def clip(id, text, *aus):
    return Prediction(id=id, text=text, evidence=evidence(*(event(au) for au in aus), reach=dict.fromkeys(AUS, 0.9)))


# AU12 is the most frequent; AU2 always goes with AU1.
CLIPS = [
    clip("a", "", "AU1", "AU2"),
    clip("b", "", "AU1", "AU2"),
    clip("c", "", "AU12"),
    clip("d", "", "AU12"),
    clip("e", "", "AU12"),
    clip("f", "", "AU1"),
]
COMMON = Common.of([said(p.text, p.evidence) for p in CLIPS])


def test_as_many_absent_as_present_and_none_of_them_there():
    for p in CLIPS:
        read = said(p.text, p.evidence)
        for split in pope.SPLITS:
            present, absent = probes(read, split, COMMON, p.id)
            assert len(present) == len(absent) == len(read.present)
            assert not set(absent) & read.shown


def test_popular_asks_for_the_most_frequent_and_adversarial_for_what_goes_along():
    read = said("", CLIPS[5].evidence)
    assert probes(read, "popular", COMMON, "f")[1] == ["AU12"]
    assert probes(read, "adversarial", COMMON, "f")[1] == ["AU2"]


def test_random_differs_by_clip_and_not_by_run():
    read = said("", CLIPS[5].evidence)
    drawn = [probes(read, "random", COMMON, str(seed))[1][0] for seed in range(30)]
    assert len(set(drawn)) > 2
    assert drawn == [probes(read, "random", COMMON, str(seed))[1][0] for seed in range(30)]


def test_saying_yes_to_all_gives_half_and_two_thirds():
    everything = ", ".join(AUS) + " are there."
    found = pope.section([p.model_copy(update={"text": everything}) for p in CLIPS])
    for split in pope.SPLITS:
        assert found.figure(f"POPE-AU accuracy, {split}, measured").value == pytest.approx(0.5, abs=1e-9)
        assert found.figure(f"POPE-AU F1, {split}, measured").value == pytest.approx(2 / 3, abs=1e-9)
        assert found.figure(f"POPE-AU yes-ratio, {split}, measured").value == 1.0
    assert found.sentences[0].startswith("It says yes to what is not there")


def test_by_hand():
    # Two questions a clip: AU1 yes (there), AU2 yes (not there): TP 1, FP 1.
    found = pope.section([CLIPS[0], CLIPS[5].model_copy(update={"text": "AU1 and AU2 are there."})])
    assert found.figure("POPE-AU accuracy, adversarial, measured").n == 6
    # Clip a says nothing: 2 misses, 2 rightly silent. Clip f: 1 right, 1 wrong.
    assert found.figure("POPE-AU accuracy, adversarial, measured").value == pytest.approx(3 / 6, abs=1e-9)
    assert found.figure("POPE-AU F1, adversarial, measured").value == pytest.approx(2 / (2 + 1 + 2), abs=1e-9)
    assert found.figure("POPE-AU not spoken of, measured").n == 6


def test_without_anything_present_there_is_nothing_to_ask():
    assert pope.section([clip("a", "AU1 is there.")]).figure("POPE-AU accuracy, random, measured").value is None

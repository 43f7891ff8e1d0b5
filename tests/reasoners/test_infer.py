import pytest
from faked import event, evidence

from cot_engine.evidence import Hidden, Span
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.infer import infer

BASIC = LABEL_SETS["basic-7"]
PROTOTYPES = [(label.name, p) for label in LABEL_SETS["basic-8"].labels for p in label.prototypes]


@pytest.mark.parametrize(("name", "prototype"), PROTOTYPES)
def test_a_full_prototype_wins(name, prototype):
    side = "left" if prototype.one_sided else "both"
    judgement = infer(evidence(*(event(au, side=side) for au in prototype.core)), LABEL_SETS["basic-8"])
    assert judgement.ranking[0] == name
    assert judgement.probabilities[name] > 0.5


@pytest.mark.parametrize("name", LABEL_SETS)
def test_probabilities_cover_the_set_and_sum_to_one(name):
    judgement = infer(evidence(event("AU12"), event("AU4")), LABEL_SETS[name])
    assert set(judgement.probabilities) == set(LABEL_SETS[name].names)
    assert sum(judgement.probabilities.values()) == pytest.approx(1, abs=1e-2)


def test_a_face_at_rest_is_neutral_and_blinks_do_not_change_that():
    still, blinking = infer(evidence(), BASIC), infer(evidence(event("AU45", 5.0, length=0.2)), BASIC)
    assert still.ranking[0] == blinking.ranking[0] == "neutral"
    assert still.probabilities["neutral"] > 0.5


def test_a_stronger_smile_is_more_probably_happiness():
    p = [infer(evidence(event("AU12", i), event("AU6", i)), BASIC).probabilities["happiness"] for i in (1.0, 1.6, 2.4)]
    assert p[0] < p[1] < p[2]


def test_what_could_not_be_measured_says_nothing():
    covered = tuple(Hidden(part=part, reason="mask", spans=(Span(start_s=0, end_s=4),)) for part in ("mouth", "chin", "nose"))
    seen = infer(evidence(), BASIC).probabilities["happiness"]
    hidden = infer(evidence(hidden=covered), BASIC).probabilities["happiness"]
    assert hidden > 1.5 * seen  # with the mouth hidden, the missing smile no longer speaks against it


def test_what_is_seldom_found_says_little_by_its_absence():
    smile, happiness = event("AU12"), []
    for trust in (0.9, 0.6, 0.3):
        seen = evidence(smile)
        seen = seen.model_copy(update={"reach": seen.reach | {"AU6": trust}})
        happiness.append(infer(seen, BASIC).probabilities["happiness"])
    assert happiness[0] < happiness[1] < happiness[2]


def test_expected_on_one_side_and_seen_on_both_is_chance():
    eight = LABEL_SETS["basic-8"]
    contempt = [infer(evidence(event("AU14", 4.0, side=side)), eight).probabilities["contempt"] for side in ("left", "both")]
    assert contempt[0] > 2 * contempt[1]


def test_a_contradicting_movement_costs_probability():
    plain = infer(evidence(event("AU12"), event("AU6")), BASIC).probabilities["happiness"]
    mixed = infer(evidence(event("AU12"), event("AU6"), event("AU4"), event("AU15")), BASIC).probabilities["happiness"]
    assert mixed < plain


def test_a_talking_mouth_weighs_less():
    silent = infer(evidence(event("AU1"), event("AU2"), event("AU26"), event("AU25")), BASIC)
    talking = infer(evidence(event("AU1"), event("AU2"), event("AU26", talking=True), event("AU25", talking=True)), BASIC)
    assert talking.probabilities["surprise"] < silent.probabilities["surprise"]


def test_contempt_is_one_sided_and_happiness_is_not():
    eight = LABEL_SETS["basic-8"]
    one_sided = infer(evidence(event("AU12", side="left"), event("AU14", side="left")), eight)
    both = infer(evidence(event("AU12"), event("AU14")), eight)
    assert one_sided.ranking[0] == "contempt"
    assert both.ranking[0] == "happiness"


def test_movements_at_different_times_are_not_one_expression():
    together = infer(evidence(event("AU1"), event("AU2"), event("AU5"), event("AU26")), BASIC)
    apart = infer(
        evidence(
            *(event(au, onset=i, length=0.5) for i, au in enumerate(("AU1", "AU2", "AU5"))),
            event("AU26", onset=3.2, length=0.5),
        ),
        BASIC,
    )
    assert apart.probabilities["surprise"] < together.probabilities["surprise"]

import pytest
from faked import event, evidence
from pydantic import ValidationError

from cot_engine.corpora.base import Sample
from cot_engine.engine.rows import FrameRef, Seen
from cot_engine.errors import Refusal
from cot_engine.evaluation.clips import Asked
from cot_engine.evaluation.predict import NO_LABEL, OTHER_LABEL, answered, by_codebook, predict
from cot_engine.evaluation.prediction import Prediction
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.base import Explanation
from cot_engine.trace import Trace

BASIC = LABEL_SETS["basic-7"]
SMILE = evidence(event("AU6"), event("AU12"))


def explanation(conclusion, **p):
    return Explanation(Trace(observations=("x",), interpretation="y", conclusion=conclusion), p)


class Fake:
    """Says happiness; counts how often it is asked."""

    name, frames = "fake", 0

    def __init__(self, refuse=None, frames=0):
        self.asked, self.refuse, self.shown, self.frames = 0, refuse, [], frames

    def explain(self, evidence, labels, threshold, pictures=(), told=None):
        self.asked += 1
        self.shown.append([picture.jpeg for picture in pictures])
        if self.refuse:
            raise Refusal(self.refuse, "No.", "Wait.")
        return explanation("happiness", happiness=0.9, fear=0.1)


def clips(n=3):
    made = [Sample(id=f"c{i}", corpus="csv", clip=None, subject=f"p{i}") for i in range(n)]
    return [Asked(sample, "happiness", groups={"age": "old"}) for sample in made]


def run(reasoner, folder, asked=None, sights=None):
    asked = asked or clips()
    sights = sights or {clip.id: Seen(evidence=SMILE) for clip in asked}
    return predict(reasoner, asked, sights, BASIC, 0.45, out=folder, journal=folder / "journal" / "fake.jsonl")


def test_a_prediction_knows_its_truth_and_who_it_is_of(tmp_path):
    one = run(Fake(), tmp_path)[0]
    assert (one.answer, one.truth, one.subject, one.groups) == ("happiness", "happiness", "p0", {"age": "old"})
    assert one.evidence == SMILE


def test_a_run_that_was_cut_off_asks_only_what_is_missing(tmp_path):
    first = run(Fake(), tmp_path, clips(2))
    again = Fake()
    assert run(again, tmp_path)[:2] == first
    assert again.asked == 1


def test_a_damaged_line_is_asked_again(tmp_path):
    run(Fake(), tmp_path)
    journal = tmp_path / "journal" / "fake.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    again = Fake()
    assert len(run(again, tmp_path)) == 3
    assert again.asked == 1


def test_a_clip_that_was_refused_is_a_failed_prediction_with_its_code(tmp_path):
    rows = run(Fake(), tmp_path, clips(2), {"c0": "no_face", "c1": Seen(evidence=SMILE)})
    assert [(p.failed, p.answer) for p in rows] == [("no_face", None), (None, "happiness")]


def test_an_answer_that_was_refused_is_one_too_and_the_evidence_is_kept(tmp_path):
    one = run(Fake(refuse="parse_failed"), tmp_path)[0]
    assert (one.failed, one.evidence) == ("parse_failed", SMILE)


def test_what_would_meet_every_clip_ends_the_run(tmp_path):
    with pytest.raises(Refusal, match=r"No\."):
        run(Fake(refuse="teacher_quota"), tmp_path)


def test_a_model_that_looks_gets_the_kept_pictures(tmp_path):
    (tmp_path / "clips/frames/k").mkdir(parents=True)
    (tmp_path / "clips/frames/k/0.jpg").write_bytes(b"picture")
    seen = Seen(evidence=SMILE, frames=(FrameRef(index=3, time_s=0.1, role="apex", file="k/0.jpg"),))
    looks, reads = Fake(frames=8), Fake()
    run(looks, tmp_path, clips(1), {"c0": seen})
    run(reads, tmp_path / "other", clips(1), {"c0": seen})
    assert (looks.shown, reads.shown) == ([[b"picture"]], [[]])


def answer(conclusion, **p):
    made = answered(Prediction(id="a"), explanation(conclusion, **p), BASIC, 0.45)
    return made.answer, made.problems


def test_the_likeliest_label_is_the_answer_unless_it_is_too_unlikely():
    assert answer("happiness", happiness=0.6, fear=0.4) == ("happiness", ())
    assert answer("not sure", happiness=0.4, fear=0.3) == (None, ())


def test_a_conclusion_that_names_no_label_or_every_label_is_no_answer():
    assert answer("somebody", happiness=0.9, fear=0.1) == (None, (NO_LABEL,))
    assert answer(", ".join(BASIC.names), happiness=0.9, fear=0.1) == (None, (NO_LABEL,))


def test_a_conclusion_beside_the_probabilities_is_a_fault_that_is_kept():
    assert answer("fear", happiness=0.9, fear=0.1) == ("happiness", (OTHER_LABEL,))


def test_without_probabilities_the_conclusion_decides():
    assert answer("joy") == ("happiness", ())
    assert answer("not sure") == (None, ())


def test_the_codebook_answers_the_same_evidence():
    said = [Prediction(id="a", truth="fear", answer="fear", evidence=SMILE), Prediction(id="b", failed="no_face")]
    one, two = by_codebook(said, BASIC, 0.45)
    assert (one.truth, max(one.probabilities, key=one.probabilities.get)) == ("fear", "happiness")
    assert (two.failed, two.answer) == ("no_face", None)


def test_a_prediction_takes_no_unknown_field():
    with pytest.raises(ValidationError):
        Prediction(id="a", colour="red")

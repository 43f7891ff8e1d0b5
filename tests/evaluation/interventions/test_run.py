import pytest
from faked import event, evidence
from faked_picture import picture

from cot_engine.errors import Refusal
from cot_engine.evaluation.interventions.case import AS_IT_IS, Case, Filmed
from cot_engine.evaluation.interventions.run import planted_label, run_interventions
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.base import Explanation
from cot_engine.reasoners.codebook import Codebook
from cot_engine.trace import Trace

LABELS = LABEL_SETS["basic-7"]
CASES = [
    Case("a", evidence(event("AU6"), event("AU12")), (picture(),), "happiness"),
    Case("b", evidence(event("AU1"), event("AU2"), event("AU5"), event("AU26")), (picture(),), "surprise"),
    Case("c", evidence(event("AU9"), event("AU10"), event("AU17")), (picture(),), "disgust"),
]


class Counted(Codebook):
    name = "counted"
    frames = 4
    calls = 0

    def explain(self, *given, **more):
        type(self).calls += 1
        return super().explain(*given, **more)


class Refusing(Codebook):
    name = "refusing"

    def __init__(self, code):
        self.code = code

    def explain(self, *_, **__):
        raise Refusal(self.code, "No.", "Try later.")


class Concluding(Codebook):
    name = "concluding"

    def conclude(self, trace, evidence, labels, pictures):
        return super().explain(evidence, labels, 0.0).probabilities


def test_the_codebook_looks_at_the_evidence_and_says_what_was_not_tried():
    section = run_interventions(Codebook(), CASES, LABELS, 0.45)
    assert section.figure("flips, another clip's face").value == 1
    assert section.figure("follows the other, another clip's face").value == 1
    assert section.figure("not sure, blanked").value == 1
    assert section.figure("attack success, text in the measurement").value == 0
    assert section.figure("occlusion J").value == 1
    assert any("looks at no pictures" in s for s in section.sentences)
    assert any("cannot be asked to conclude" in s for s in section.sentences)
    with pytest.raises(KeyError):
        section.figure("flips, text burnt in")


def test_who_looks_at_pictures_is_asked_about_them():
    section = run_interventions(Counted(), CASES, LABELS, 0.45)
    assert section.figure("flips, text burnt in").value == 0
    assert section.figure("flips, pictures grey").value == 0
    assert not any("looks at no pictures" in s for s in section.sentences)


def test_finished_answers_are_not_asked_again(tmp_path):
    Counted.calls = 0
    first = run_interventions(Counted(), CASES, LABELS, 0.45, journal=tmp_path / "j.jsonl")
    asked = Counted.calls
    assert asked > len(CASES)
    assert run_interventions(Counted(), CASES, LABELS, 0.45, journal=tmp_path / "j.jsonl") == first
    assert Counted.calls == asked


def test_an_answer_to_another_question_is_asked_again(tmp_path):
    run_interventions(Counted(), CASES, LABELS, 0.45, journal=tmp_path / "j.jsonl")
    Counted.calls = 0
    run_interventions(Counted(), CASES, LABELS, 0.9, journal=tmp_path / "j.jsonl")
    assert Counted.calls > 0


def test_a_damaged_line_is_asked_again(tmp_path):
    run_interventions(Counted(), CASES, LABELS, 0.45, journal=tmp_path / "j.jsonl")
    lines = (tmp_path / "j.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "j.jsonl").write_bytes(b"".join([*lines[1:], lines[0][:40]]))
    Counted.calls = 0
    run_interventions(Counted(), CASES, LABELS, 0.45, journal=tmp_path / "j.jsonl")
    assert Counted.calls == 1


def test_a_refusal_is_an_answer_without_a_label():
    section = run_interventions(Refusing("teacher_refused"), CASES, LABELS, 0.45)
    assert section.figure("not sure, blanked").value == 1
    assert section.figure("confidence lost, blanked").value is None


def test_a_refusal_that_would_meet_every_question_ends_the_run_and_is_not_kept(tmp_path):
    with pytest.raises(Refusal, match="No"):
        run_interventions(Refusing("budget_spent"), CASES, LABELS, 0.45, journal=tmp_path / "j.jsonl")
    assert (tmp_path / "j.jsonl").read_bytes() == b""


def test_who_concludes_from_the_clip_does_not_need_its_trace():
    section = run_interventions(Concluding(), CASES, LABELS, 0.45)
    assert section.figure("AOC, trace cut").value == 0
    assert section.figure("follows the clip, another clip's trace").value == 1
    assert any(s.startswith("Its trace is decoration") for s in section.sentences)


def test_filmed_clips_are_judged_beside_the_others_and_counted():
    films = (Filmed(AS_IT_IS, CASES[0]), Filmed("mirrored", CASES[0]), Filmed("blanked", None, "no_face"))
    case = Case("a", CASES[0].evidence, truth="happiness", filmed=films)
    section = run_interventions(Codebook(), [case, *CASES[1:]], LABELS, 0.45)
    assert section.figure("flips, mirrored (filmed)").value == 0
    assert section.figure("not sure, blanked (filmed)").value == 1
    assert section.figure("not sure, blanked (filmed)").n == 1
    assert any("rest on 1 clips" in s for s in section.sentences)


def test_the_measurement_is_withheld_from_who_can_do_without():
    told = []

    class Able(Codebook):
        name, frames = "able", 1

        def explain(self, evidence, labels, threshold, pictures=(), told_=None, *, evidence_lines=True):
            told.append(evidence_lines)
            return Explanation(Trace(observations=(), interpretation="", conclusion="fear"), {"fear": 1.0})

    section = run_interventions(Able(), CASES, LABELS, 0.45)
    assert told.count(False) == len(CASES)
    assert section.figure("flips, measurement withheld").value == 0


def test_one_clip_alone_and_none_at_all():
    assert run_interventions(Codebook(), CASES[:1], LABELS, 0.45).figure("flips, another clip's face").value == 0
    assert run_interventions(Codebook(), [], LABELS, 0.45).figures == ()


def test_the_planted_label_is_never_the_true_one():
    assert all(planted_label(Case(str(i), evidence(), truth="fear"), LABELS) != "fear" for i in range(50))


def test_progress_is_told():
    seen = []
    run_interventions(Codebook(), CASES, LABELS, 0.45, lambda *told: seen.append(told))
    assert [done for _, done, _ in seen] == list(range(6))

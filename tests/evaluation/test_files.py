import pytest
from faked import event, evidence
from predicted import predictions

from cot_engine.errors import Refusal
from cot_engine.evaluation.files import only, read_predictions, write_predictions

ROWS = predictions([("joy", "joy"), ("fear", None)], evidence=evidence(event("AU12")), probabilities={"joy": 0.7, "fear": 0.3})


def refused(path, call=read_predictions):
    with pytest.raises(Refusal) as refusal:
        call(path)
    return refusal.value


def test_what_was_written_is_read_again(tmp_path):
    write_predictions(ROWS, tmp_path / "mini.jsonl")
    assert read_predictions(tmp_path / "mini.jsonl") == {"mini": ROWS}


def test_the_folder_of_an_evaluation_holds_a_file_a_model(tmp_path):
    for name in ("mini", "codebook"):
        write_predictions(ROWS, tmp_path / "predictions" / f"{name}.jsonl")
    assert read_predictions(tmp_path) == {"codebook": ROWS, "mini": ROWS}
    assert refused(tmp_path, only).code == "bad_table"


def test_the_folder_of_a_captioning_run(tmp_path):
    pytest.importorskip("pyarrow")
    from faked_rows import captioned, finished, rejected

    rows = [captioned(1, "neutral", subject="s", given_label="fear"), captioned(2, "neutral", given_label="bliss")]
    finished(tmp_path / "run", [*rows, rejected("r")])
    first, second, third = only(tmp_path / "run")
    assert (first.truth, first.answer, first.subject, second.truth) == ("fear", "neutral", "s", None)
    assert first.evidence.events == rows[0].report.people[0].events
    assert (third.id, third.failed) == ("r", "no_face")


@pytest.mark.parametrize(
    ("text", "problem"),
    [("{}\n", "line 1 is no prediction (id"), ('{"id": "a"}\n{"id": "a"}\n', "'a' twice"), ("\n", "no predictions"),
     ('{"id": "a"}\nnonsense\n', "line 2 is no prediction")],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_line(tmp_path, text, problem):
    (tmp_path / "p.jsonl").write_text(text)
    found = refused(tmp_path / "p.jsonl")
    assert found.code == "bad_table"
    assert problem in found.message


def test_no_file_is_refused(tmp_path):
    assert refused(tmp_path / "none.jsonl").code == "unreadable_input"
    assert refused(tmp_path).code == "unreadable_input"

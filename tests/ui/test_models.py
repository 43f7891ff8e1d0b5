import threading

import pytest

pytest.importorskip("gradio")

from cot_engine.errors import Refusal
from cot_engine.reasoners.codebook import Codebook
from cot_engine.ui import models
from cot_engine.ui.models import ModelRefused, Models


def test_names_tell_what_is_chosen_and_not_where_it_lies(tmp_path):
    for place in ("a/adapter", "b/adapter"):
        (tmp_path / place).mkdir(parents=True)
    specs = ["codebook", "codebook", "mini", str(tmp_path / "a/adapter"), f"{tmp_path / 'b/adapter'}/"]
    offered = Models([*specs, "openai:http://127.0.0.1:8000/v1#Qwen/Qwen2.5-VL"])
    assert offered.names == ["codebook", "mini", "adapter", "adapter (2)", "Qwen/Qwen2.5-VL (127.0.0.1:8000)"]
    assert offered.spec("adapter (2)") == specs[-1]


def test_an_address_that_cannot_be_read_is_refused_at_once():
    with pytest.raises(Refusal, match="credentials"):
        Models(["openai:http://me:secret@127.0.0.1/v1#m"])


def test_a_model_is_loaded_once_however_many_ask(monkeypatch):
    loaded, both = [], threading.Barrier(2)

    def load(spec):
        loaded.append(spec)
        return Codebook()

    monkeypatch.setattr(models, "reasoner_named", load)
    offered = Models(["mini"])
    assert not offered.ready("mini")

    def ask():
        both.wait(5)
        offered.reasoner("mini")

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert loaded == ["mini"]
    assert offered.ready("mini")


def test_a_model_that_cannot_be_loaded_is_told_apart_from_a_clip_that_cannot_be_read(monkeypatch):
    def load(spec):
        raise Refusal("unsafe_weights", "These are not the weights.", "Take others.")

    monkeypatch.setattr(models, "reasoner_named", load)
    offered = Models(["mini"])
    with pytest.raises(ModelRefused) as refused:
        offered.reasoner("mini")
    assert (refused.value.code, refused.value.hint) == ("unsafe_weights", "Take others.")
    assert not offered.ready("mini")

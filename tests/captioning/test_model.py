"""A model in memory that gets clips faster than it explains them."""

import asyncio

import pytest
from faked import event, evidence

from cot_engine.captioning import model
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.codebook import Codebook

BASIC = LABEL_SETS["basic-7"]
FEW, MANY = evidence(event("AU12")), evidence(*(event(au) for au in ("AU1", "AU2", "AU5", "AU26")))


class Slow:
    """Explains like the codebook; breaks at evidence of somebody called ``poison``."""

    name, frames, batch = "slow", 2, 8

    def __init__(self):
        self.batches = []

    def explain_all(self, seen, labels, threshold):
        self.batches.append([len(measured.events) for measured, _ in seen])
        if any(measured.source == "poison" for measured, _ in seen):
            raise RuntimeError("too much")
        return [Codebook().explain(measured, labels, threshold) for measured, _ in seen]


@pytest.fixture
def loaded(monkeypatch):
    slow = Slow()
    monkeypatch.setattr(model, "reasoner_named", lambda name: slow)
    return model.model_named("slow", 2), slow


def explained(explainer, clips):
    async def run():
        told = await asyncio.gather(*(explainer.explain(clip, (), BASIC, 0.45) for clip in clips), return_exceptions=True)
        await explainer.aclose()
        return told

    return asyncio.run(run())


def test_clips_that_wait_are_explained_in_batches_of_like_length(loaded):
    named, slow = loaded
    clips = [FEW, MANY] * 8
    told = explained(named.explainer, clips)
    assert [one.trace for one in told] == [Codebook().explain(clip, BASIC, 0.45).trace for clip in clips]
    assert sorted(slow.batches) == [[1] * 8, [4] * 8]
    assert named.explainer.concurrency >= 16
    assert named.explainer.frames == 2


def test_a_clip_that_is_too_much_costs_no_other_its_words(loaded):
    named, slow = loaded
    told = explained(named.explainer, [FEW, FEW.model_copy(update={"source": "poison"}), FEW])
    assert [type(one).__name__ for one in told] == ["Explanation", "RuntimeError", "Explanation"]
    assert slow.batches == [[1, 1, 1], [1], [1], [1]]


def test_a_model_is_loaded_once_for_its_name_and_its_words(monkeypatch, tmp_path):
    names = []
    monkeypatch.setattr(model, "reasoner_named", lambda name: names.append(name) or Slow())
    asked = model.model_named("one", 1)
    assert asked.kept_in(tmp_path).explainer is asked.explainer
    assert names == ["one"]

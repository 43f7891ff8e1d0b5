"""What the Analyse tab says in turn, and what it forgets, without a browser."""

import time
from threading import Event
from types import SimpleNamespace

import pytest

pytest.importorskip("gradio")

import gradio as gr

from cot_engine.errors import Refusal
from cot_engine.reasoners.codebook import Codebook
from cot_engine.ui import models
from cot_engine.ui.analyse import AnalyseTab
from cot_engine.ui.models import Models
from cot_engine.ui.running import Running

VISIT = SimpleNamespace(headers={}, session_hash="visit")


def nobody(clip, **asked):
    raise Refusal("no_face", "No face was found.", "Turn to the camera.")


@pytest.fixture
def tab():
    def make(analyze):
        with gr.Blocks():
            return AnalyseTab(analyze, Models(["codebook", "mini"]), Running())

    return make


def said(tab, model):
    """The words beside the buttons, one after the other."""
    updates = tab._run("clip.mp4", "basic-7", model, "all", False, VISIT)
    return [update[tab.job.status] for update in updates if tab.job.status in update]


def test_a_model_is_loaded_before_a_stage_of_its_own_and_only_once(tab, monkeypatch):
    monkeypatch.setattr(models, "reasoner_named", lambda name: Codebook())
    analyse = tab(nobody)
    first, again = said(analyse, "mini"), said(analyse, "mini")
    assert "Loading the model" in first[0]
    assert "cannot be analysed" in first[-1]
    assert not any("Loading" in words for words in again)


def test_a_model_that_cannot_be_loaded_is_not_blamed_on_the_clip(tab, monkeypatch):
    def load(name):
        raise Refusal("wrong_adapter", "This adapter belongs to other weights.", "Give its base.")

    monkeypatch.setattr(models, "reasoner_named", load)
    last = said(tab(nobody), "mini")[-1]
    assert all(word in last for word in ("This model cannot be used", "belongs to other weights", "wrong_adapter"))


def test_stop_while_the_text_streams_ends_the_page_and_the_writer_within_a_second(tab):
    ended = Event()

    def writing(clip, *, told, **asked):
        try:
            while True:
                told("The lip corners rise")
                time.sleep(0.02)
        finally:
            ended.set()

    analyse = tab(writing)
    updates = analyse._run("clip.mp4", "basic-7", "codebook", "all", False, VISIT)
    while analyse.trace not in next(updates):
        pass
    begun = time.monotonic()
    analyse.job._stop(VISIT)
    assert "Stopped" in [update for update in updates if analyse.job.status in update][-1][analyse.job.status]
    assert ended.wait(1)
    assert time.monotonic() - begun < 1


def test_what_a_visitor_looked_at_is_forgotten_when_the_page_is_closed(tab):
    analyse = tab(nobody)
    stop = analyse.job.begin(VISIT)
    analyse.job.hold(VISIT, "what is shown", stop)
    assert analyse.job.held(VISIT) == "what is shown"
    assert analyse.job.held(SimpleNamespace(session_hash="other")) is None
    analyse.job.leave(VISIT)
    assert analyse.job.held(VISIT) is None
    assert analyse._scrub(0.5, VISIT) == gr.skip()

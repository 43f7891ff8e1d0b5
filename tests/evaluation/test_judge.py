import json

import pytest
from faked import random_evidence
from stub_endpoint import Stub, completion

from cot_engine.evaluation.faithfulness.description import codebook_words
from cot_engine.evaluation.judge import GENERIC, EndpointJudge, judge_section
from cot_engine.evaluation.prediction import Prediction

MODEL, REFERENCE, OTHER, NOTHING, FLUENT = (
    f"{arm} against the reference"
    for arm in ("the model", "the reference", "another clip's reference", "nothing", "a fluent text that fits any clip")
)


class Scripted:
    """Answers by a rule on (first, second)."""

    name = "scripted"

    def __init__(self, rule):
        self.rule, self.closed = rule, False

    async def ask(self, prompt):
        first = prompt.split("<first>\n")[1].split("\n</first>")[0]
        second = prompt.split("<second>\n")[1].split("\n</second>")[0]
        said = self.rule(first, second)
        return json.dumps({"truer": said}) if said else "I like both."

    async def aclose(self):
        self.closed = True


def clips(text="The model's own words."):
    return [Prediction(id=f"c{i}", text=text, evidence=random_evidence(i), played=random_evidence(i)) for i in range(12)]


REFERENCES = {codebook_words(clip.played) for clip in clips()}


def longer(first, second):
    return "tie" if len(first) == len(second) else "first" if len(first) > len(second) else "second"


def test_a_judge_that_knows_the_reference_scores_every_arm_by_its_worth():
    def knows(first, second):
        good = [text in REFERENCES for text in (first, second)]
        return "tie" if good[0] == good[1] else "first" if good[0] else "second"

    judge = Scripted(knows)
    section = judge_section(clips(), judge)
    assert section.figure(REFERENCE).value == 0.5
    assert section.figure(NOTHING).value == section.figure(FLUENT).value == 0
    assert judge.closed


def test_a_verdict_that_changes_with_the_order_is_a_tie():
    section = judge_section(clips(), Scripted(lambda first, second: "first"))
    assert section.figure(MODEL).value == section.figure(NOTHING).value == 0.5


def test_a_judge_that_a_fluent_text_wins_over_is_void():
    section = judge_section(clips("Short."), Scripted(longer))
    assert section.sentences[0].startswith("The judge's score is void")


def test_unreadable_verdicts_are_counted_and_never_guessed():
    section = judge_section(clips(), Scripted(lambda first, second: None if GENERIC in (first, second) else "tie"))
    assert section.figure("unreadable verdicts").value == 12
    assert section.figure(FLUENT).n == 0
    assert section.figure(FLUENT).value is None
    assert section.figure(MODEL).value == 0.5


def test_the_prompt_is_named_by_its_hash():
    assert "prompt " in judge_section(clips(), Scripted(lambda first, second: "tie")).sentences[-1]


def test_two_clips_are_the_least():
    assert judge_section(clips()[:1], Scripted(longer)).figures[0].value is None


def test_through_an_endpoint(tmp_path):
    pytest.importorskip("openai")
    stub = Stub()
    try:
        stub.usual = lambda body: completion({"truer": "tie"})
        section = judge_section(clips()[:2], EndpointJudge(f"openai:{stub.url}#judge", tmp_path / "judge"))
    finally:
        stub.close()
    assert section.figure(MODEL).value == 0.5
    assert stub.seen[0][1]["temperature"] == 0
    assert (tmp_path / "judge" / "ledger.jsonl").exists()

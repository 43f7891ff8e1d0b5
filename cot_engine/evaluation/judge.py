"""An optional judge: a language model says which of two descriptions is truer to the measurement. Never the headline.

Every description is held against the reference (the codebook's words for what was played, else for what was measured), in
both orders; a verdict that changes with the order is a tie (Zheng et al. 2023, "Judging LLM-as-a-judge"). A win is 1, a tie
0.5. Beside the model stand arms of known worth: the reference itself, the reference of another clip, nothing, and a fluent
text that fits any clip. Where that last one is not clearly beaten by the model, the judge's score is void.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from cot_engine.errors import Refusal
from cot_engine.evaluation.faithfulness.description import codebook_words, described
from cot_engine.evaluation.figure import Figure, Section
from cot_engine.evaluation.people import People
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evidence_text import evidence_text
from cot_engine.prompts import load_prompt

CLIPS = 100
"""Clips that are judged at most, the first ones."""
GENERIC = (
    "The video shows a person whose face moves in a subtle and natural way. At the beginning the features are relaxed; as the "
    "video progresses, the brows, the eyes and the mouth change together before the face comes to rest again."
)
_MODEL, _GENERIC = "the model", "a fluent text that fits any clip"
_POINTS = {"first": 1.0, "tie": 0.5, "second": 0.0}
_TITLE = "A judge's opinion (not a headline)"
_TOKENS = 64


class Judge(Protocol):
    """``ask`` sends a prompt and gives the answer; ``aclose`` is awaited once, at the end."""

    name: str

    async def ask(self, prompt: str) -> str: ...

    async def aclose(self) -> None: ...


class EndpointJudge:
    """A model behind an OpenAI-compatible endpoint, at temperature 0; its answers and their cost are kept in a folder.

    Raises:
        Refusal: ``bad_model`` for a name of another form, ``bad_teacher`` without a key.
    """

    def __init__(self, spec: str, out: Path) -> None:
        from cot_engine.reasoners.endpoint import Endpoint
        from cot_engine.reasoners.ledger import Ledger, Prices
        from cot_engine.reasoners.named import parse_spec
        from cot_engine.reasoners.request_cache import RequestCache

        self.name, (url, model) = spec, parse_spec(spec)
        out.mkdir(parents=True, exist_ok=True)
        self._endpoint = Endpoint(
            url,
            model,
            ledger=Ledger(out / "ledger.jsonl", None),
            cache=RequestCache(out / "requests"),
            prices=Prices(),
            concurrency=4,
            max_retries=5,
            timeout_s=120,
        )

    async def ask(self, prompt: str) -> str:
        messages = [{"role": "user", "content": prompt}]
        payload = {"messages": messages, "temperature": 0, "max_completion_tokens": _TOKENS}
        return (await self._endpoint.ask("judge", payload)).text

    async def aclose(self) -> None:
        await self._endpoint.aclose()


def judge_section(predictions: Sequence[Prediction], judge: Judge) -> Section:
    """The judge's scores of the model and of the arms, and whether they mean anything.

    Raises:
        Refusal: of the judge, when it would meet every further request too.
    """
    clips = [p for p in predictions if p.text and p.evidence is not None][:CLIPS]
    if len(clips) < 2:
        figure = Figure(name=_MODEL, value=None, n=len(clips), note="fewer than two described clips")
        return Section(title=_TITLE, figures=(figure,))
    scores = asyncio.run(_all(clips, judge))
    people = People(clips)
    figures, failures = [], 0
    for arm, points in scores.items():
        known = np.array([p is not None for p in points])
        failures += int((~known).sum())
        drawn = People([clip for clip, one in zip(clips, known, strict=True) if one]) if not known.all() else people
        figures.append(Figure.of(f"{arm} against the reference", drawn.mean(np.array([p for p in points if p is not None]))))
    figures.append(
        Figure(name="unreadable verdicts", value=failures, n=len(clips) * len(scores), note="left out, never guessed")
    )
    sha = load_prompt("judge").sha256[:12]
    said = f"Judge: {judge.name}, prompt {sha}, temperature 0, both orders; 0.5 is as true as the reference."
    return Section(title=_TITLE, figures=tuple(figures), sentences=(*_void(figures), said))


async def _all(clips: Sequence[Prediction], judge: Judge) -> Mapping[str, list[float | None]]:
    references = [_reference(clip) for clip in clips]
    arms = {
        _MODEL: [described(clip.text) for clip in clips],
        "the reference": references,
        "another clip's reference": [*references[1:], references[0]],
        "nothing": [""] * len(clips),
        _GENERIC: [GENERIC] * len(clips),
    }
    scores: dict[str, list[float | None]] = {}
    try:
        for arm, texts in arms.items():
            pairs = zip(clips, texts, references, strict=True)
            scores[arm] = list(await asyncio.gather(*(_score(clip, text, other, judge) for clip, text, other in pairs)))
    finally:
        await judge.aclose()
    return scores


async def _score(clip: Prediction, text: str, reference: str, judge: Judge) -> float | None:
    """1 where the text is truer, 0 where the reference is, 0.5 for a tie; None where a verdict cannot be read."""
    assert clip.evidence is not None, "only measured clips are judged"
    lines = evidence_text(clip.played or clip.evidence)
    prompt = load_prompt("judge")
    one, two = await asyncio.gather(
        _verdict(judge, prompt.render(evidence=lines, first=text, second=reference)),
        _verdict(judge, prompt.render(evidence=lines, first=reference, second=text)),
    )
    if one is None or two is None:
        return None
    forth, back = _POINTS[one], 1 - _POINTS[two]
    return forth if forth == back else 0.5


async def _verdict(judge: Judge, prompt: str) -> str | None:
    try:
        found = json.loads(await judge.ask(prompt))
        verdict = str(found["truer"])
    except (ValueError, LookupError, TypeError):
        return None
    except Refusal as refusal:
        if refusal.code != "teacher_refused":
            raise
        return None
    return verdict if verdict in _POINTS else None


def _reference(clip: Prediction) -> str:
    evidence = clip.played or clip.evidence
    assert evidence is not None, "only measured clips are judged"
    return codebook_words(evidence)


def _void(figures: Sequence[Figure]) -> list[str]:
    model, generic = (next(f for f in figures if f.name.startswith(arm)) for arm in (_MODEL, _GENERIC))
    if model.low is None or generic.value is None or generic.value >= model.low:
        return ["The judge's score is void: a text that fits any clip does as well as the model."]
    return []

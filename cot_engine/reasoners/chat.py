"""A teacher behind an OpenAI-compatible chat endpoint: describes the evidence, then infers the expression from the description.

Faults of form (no JSON, cut off, a letter outside the list) are put in words and asked again, a few times; faults of content
are the caller's to find, and come back as ``memory``. Probabilities come from scoring the label set (``label_scores``).
"""

import asyncio
import importlib.metadata
import json
import string
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from cot_engine.errors import Refusal
from cot_engine.evidence import Evidence
from cot_engine.evidence_text import PROMPT as EVIDENCE_PROMPT
from cot_engine.evidence_text import evidence_text
from cot_engine.facs import Label, LabelSet
from cot_engine.frame_choice import Picture
from cot_engine.prompts import load_prompt
from cot_engine.reasoners.base import Attempt, Explanation, Inference, Told
from cot_engine.reasoners.codebook import concluded
from cot_engine.reasoners.completions import Payload, Reply
from cot_engine.reasoners.endpoint import Endpoint, NoLogprobs, Purpose
from cot_engine.reasoners.label_scores import from_logprobs, from_votes, read_vote
from cot_engine.reasoners.ledger import Ledger, Prices
from cot_engine.reasoners.named import PREFIX, parse_spec
from cot_engine.reasoners.pictured import chat_content
from cot_engine.reasoners.replies import (
    Described,
    Fault,
    Interpreted,
    read_described,
    read_interpreted,
    response_format,
)
from cot_engine.reasoners.request_cache import RequestCache
from cot_engine.trace import Trace

_PROMPTS = ("describe", "infer", "label", "reflect", "reask")
# The most alternatives that the chat protocol gives.
_TOP_LOGPROBS = 20
_VOTE_TOKENS = 8

_UNSEEN = "You do not see the video."
_SEEN = "You see a few moments of it above, as pictures."

Messages = list[dict[str, Any]]
T = TypeVar("T")


@dataclass(frozen=True)
class Sampling:
    """How a teacher is asked. The description is sampled at ``temperature``, the inference is not sampled (0), votes at 1.

    ``votes``: short samples of the label where the endpoint gives no log-probabilities. ``reasks``: how often an answer of the
    wrong form is asked for again.
    """

    temperature: float = 0.7
    seed: int = 0
    max_tokens: int = 1024
    votes: int = 8
    reasks: int = 2


class Chat:
    """A chat endpoint as teacher (``describe``, ``infer``) and as reasoner (``explain``). Close it where it was used."""

    # A server of a language model takes no pictures.
    frames = 0

    def __init__(self, endpoint: Endpoint, sampling: Sampling) -> None:
        self.name = f"{PREFIX}{endpoint.url}#{endpoint.model}"
        self.sampling = sampling
        self._endpoint = endpoint
        self._prompts = {name: load_prompt(name) for name in (*_PROMPTS, EVIDENCE_PROMPT)}
        self.settings: Mapping[str, str] = {
            **{name: str(value) for name, value in asdict(sampling).items()},
            **{f"prompt {name}": prompt.sha256 for name, prompt in self._prompts.items()},
            "label scores": f"logprobs, else {sampling.votes} samples",
            "openai": _client_version(),
        }
        # False once the endpoint has rejected them. One that ignores them goes on being asked: a resumed run must ask the same.
        self._takes_logprobs = True

    def spent(self) -> dict[str, float]:
        """What was sent and spent so far, by earlier runs into the same folder too; exact decimals stand in the ledger."""
        return {name: float(total) for name, total in vars(self._endpoint.ledger.totals).items()}

    async def describe(
        self, evidence: Evidence, memory: Sequence[Attempt], pictures: Sequence[Picture] = ()
    ) -> tuple[str, ...]:
        """Label-blind observations of the evidence; of ``memory`` only the observations and the faults are shown.

        Args:
            pictures: chosen frames that are sent with it, to a model that reads pictures.

        Raises:
            Refusal: ``parse_failed`` when no answer had the right form, and those of ``Endpoint.ask``.
        """
        tried = [{"observations": attempt.trace.observations, "faults": attempt.faults} for attempt in memory]
        sight = _SEEN if pictures else _UNSEEN
        prompt = self._prompts["describe"].render(sight=sight, evidence=evidence_text(evidence), memory=self._reflect(tried))
        sampled = {"temperature": self.sampling.temperature, "response_format": response_format(Described)}

        async def read(reply: Reply, _: Messages) -> tuple[str, ...]:
            return read_described(reply.text)

        return await self._ask("describe", chat_content(evidence, pictures, prompt), sampled, read)

    async def infer(self, observations: tuple[str, ...], labels: LabelSet, memory: Sequence[Attempt]) -> Inference:
        """The expression that ``observations`` speak for, with the runner-up and what speaks against it.

        Raises:
            Refusal: as ``describe``, and ``bad_labels`` for a set that letters cannot number (fewer than 2, more than 26).
        """
        letters = dict(zip(string.ascii_uppercase, labels.labels, strict=False))
        if not 2 <= len(labels.labels) <= len(string.ascii_uppercase):
            hint = "Use a set of 2 to 26 labels, or the codebook."
            raise Refusal("bad_labels", f"A chat model cannot choose from {len(labels.labels)} labels.", hint)
        tried = [{"interpretation": attempt.trace.interpretation, "faults": attempt.faults} for attempt in memory]
        prompt = self._prompts["infer"].render(
            observations=_quoted(observations),
            labels="\n".join(f"{letter}: {label.name}" for letter, label in letters.items()),
            memory=self._reflect(tried),
        )
        greedy: Payload = {"temperature": 0, "response_format": response_format(Interpreted, tuple(letters))}

        async def read(reply: Reply, messages: Messages) -> Inference:
            return await self._scored(reply, messages, letters)

        return await self._ask("infer", prompt, greedy, read, scored=True)

    def explain(
        self,
        evidence: Evidence,
        labels: LabelSet | None,
        threshold: float,
        pictures: Sequence[Picture] = (),
        told: Told | None = None,
    ) -> Explanation:
        """Both steps once, without a check. Not to be called where an event loop runs.

        Raises:
            Refusal: those of ``describe`` and ``infer``.
        """
        explanation = asyncio.run(self._explain(evidence, labels, threshold, pictures))
        if told:
            told(explanation.trace.text)
        return explanation

    async def aclose(self) -> None:
        """Waits for what is under way and closes the connections; call it in the event loop that was used."""
        await self._endpoint.aclose()

    async def _explain(
        self, evidence: Evidence, labels: LabelSet | None, threshold: float, pictures: Sequence[Picture]
    ) -> Explanation:
        try:
            observations = await self.describe(evidence, (), pictures)
            if labels is None:
                return Explanation(Trace(observations=observations, interpretation="", conclusion=""), {})
            inference = await self.infer(observations, labels, ())
        finally:
            await self.aclose()
        conclusion = concluded(inference.probabilities, threshold)
        trace = Trace(observations=observations, interpretation=inference.interpretation, conclusion=conclusion)
        return Explanation(trace, inference.probabilities)

    async def _ask(
        self,
        purpose: Purpose,
        content: Any,
        settings: Payload,
        read: Callable[[Reply, Messages], Awaitable[T]],
        *,
        scored: bool = False,
    ) -> T:
        """Asks until the answer can be read, at most ``reasks`` times more, each time with what was wrong."""
        messages: Messages = [{"role": "user", "content": content}]
        fault = ""
        for _ in range(1 + self.sampling.reasks):
            reply = await self._send(purpose, messages, settings, scored=scored)
            if reply.refusal is not None or reply.finish_reason == "content_filter":
                hint = "The row is recorded as refused; the others go on."
                raise Refusal("teacher_refused", f"{self.name} declined to answer.", hint)
            try:
                if reply.finish_reason == "length":
                    raise Fault(f"It was cut off after {self.sampling.max_tokens} tokens. Write less.")
                return await read(reply, messages)
            except Fault as found:
                fault = str(found)
            again = self._prompts["reask"].render(fault=fault)
            messages = [*messages, {"role": "assistant", "content": reply.text}, {"role": "user", "content": again}]
        hint = "The raw answers are kept. A stronger model, or a server that enforces the schema, helps."
        asked = self.sampling.reasks + 1
        raise Refusal("parse_failed", f"{self.name} gave no usable answer in {asked} tries ({purpose}): {fault}", hint)

    async def _send(self, purpose: Purpose, messages: Messages, settings: Payload, *, scored: bool) -> Reply:
        payload = {
            "messages": messages,
            "max_completion_tokens": self.sampling.max_tokens,
            "seed": self.sampling.seed,
            **settings,
        }
        if scored and self._takes_logprobs:
            try:
                return await self._endpoint.ask(purpose, payload | {"logprobs": True, "top_logprobs": _TOP_LOGPROBS})
            except NoLogprobs:
                self._takes_logprobs = False
        return await self._endpoint.ask(purpose, payload)

    async def _scored(self, reply: Reply, messages: Messages, letters: dict[str, Label]) -> Inference:
        found = read_interpreted(reply.text, letters)
        scores = from_logprobs(reply.text, reply.logprobs, tuple(letters)) if reply.logprobs else None
        if scores is None:
            scores = from_votes([found.answer, *await self._votes(found, messages, letters)], tuple(letters))
        rivals = [letter for letter in letters if letter != found.answer and scores[letter] >= scores[found.answer]]
        if rivals:
            argued, rival = letters[found.answer].name, letters[rivals[0]].name
            raise Fault(f'The interpretation argues for "{argued}", but scoring the labels after it gives "{rival}".')
        return Inference(found.interpretation, {label.name: scores[letter] for letter, label in letters.items()})

    async def _votes(self, found: Interpreted, messages: Messages, letters: dict[str, Label]) -> list[str]:
        """Short samples of the letter, after the same interpretation but without the letter it gave."""
        said = {"role": "assistant", "content": json.dumps({"interpretation": found.interpretation})}
        asked = [*messages, said, {"role": "user", "content": self._prompts["label"].render()}]
        common: Payload = {"messages": asked, "max_completion_tokens": _VOTE_TOKENS, "temperature": 1}
        seeds = range(self.sampling.seed + 1, self.sampling.seed + 1 + self.sampling.votes)
        replies = await asyncio.gather(*(self._endpoint.ask("label", {**common, "seed": seed}) for seed in seeds))
        votes = [vote for reply in replies if (vote := read_vote(reply.text, tuple(letters)))]
        if 2 * len(votes) < self.sampling.votes:
            raise Fault("Asked for the letter alone, most answers were no letter of the list.")
        return votes

    def _reflect(self, tried: list[dict[str, Any]]) -> str:
        return self._prompts["reflect"].render(attempts=_quoted(tried)) if tried else ""


def chat_teacher(
    spec: str,
    *,
    out: Path | None,
    concurrency: int = 4,
    budget: Decimal | None = None,
    prices: Prices | None = None,
    sampling: Sampling | None = None,
    max_retries: int = 5,
    timeout_s: float = 120,
) -> Chat:
    """The teacher called ``openai:URL#MODEL`` or ``URL#MODEL``. The key comes from OPENAI_API_KEY; loopback needs none.

    Args:
        out: folder for ``ledger.jsonl`` and ``requests/`` (every answer, by the hash of its request); in memory when None.
        concurrency: requests under way at once.
        budget: the most that may be spent in this folder over all its runs, in the currency of ``prices``.
        prices: of a million tokens; nothing when None.
        max_retries: retries of rate limits, server faults and time-outs by the ``openai`` client.

    Raises:
        Refusal: ``bad_model`` for a name of another form, ``bad_teacher`` without a key or with a budget but no prices,
            ``backend_missing`` without the openai client.
    """
    url, model = parse_spec(spec)
    if budget is not None and (prices is None or prices == Prices()):
        raise Refusal("bad_teacher", "A budget needs prices.", "Give the price of a million tokens in and out.")
    endpoint = Endpoint(
        url,
        model,
        ledger=Ledger(out and out / "ledger.jsonl", budget),
        cache=RequestCache(out and out / "requests"),
        prices=prices or Prices(),
        concurrency=concurrency,
        max_retries=max_retries,
        timeout_s=timeout_s,
    )
    return Chat(endpoint, sampling or Sampling())


def _client_version() -> str:
    try:
        return importlib.metadata.version("openai")
    except importlib.metadata.PackageNotFoundError as error:
        hint = "Install the chat extra: pip install 'cot-engine[chat]'."
        raise Refusal("backend_missing", "The openai client is not installed.", hint) from error


def _quoted(data: object) -> str:
    """What a model wrote, as JSON that cannot close the tags around it."""
    return json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")

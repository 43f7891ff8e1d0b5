"""A video language model as reasoner: it reads the evidence, looks at the chosen frames and writes the trace.

The label is not what it writes: after its own interpretation every label of the set is scored by its log-probability, with a
temperature that was fitted on held-out clips. "Not sure" is scored among them, and its share speaks for none.
"""

import io
import json
import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from cot_engine.evidence import Evidence
from cot_engine.facs import LABEL_SETS, LabelSet
from cot_engine.frame_choice import BUDGET, Picture
from cot_engine.messages import user_message
from cot_engine.reasoners.base import Explanation, Told
from cot_engine.reasoners.codebook import NOT_SURE, concluded
from cot_engine.reasoners.drafting import generate, wordings
from cot_engine.reasoners.remembered import Remembered, alike, nothing
from cot_engine.reasoners.side_by_side import answers
from cot_engine.trace import HEADINGS, Trace, parse_trace

SETTINGS = "analyst.json"
"""Beside an adapter: the frames it was trained with and the temperature of its labels."""
MOST_TOKENS = 768
# Texts written side by side on an accelerator; they must fit beside the weights on one GPU.
BATCH = 8
_OBSERVATIONS, _INTERPRETATION, _CONCLUSION = HEADINGS


@dataclass(frozen=True)
class Settings:
    """``frames``: how many it is shown; ``temperature`` is that of its labels' probabilities."""

    frames: int = BUDGET
    temperature: float = 1.0

    @classmethod
    def beside(cls, adapter: Path | None) -> "Settings":
        """What stands in ``analyst.json``; the defaults when there is none."""
        file = adapter / SETTINGS if adapter else None
        return cls(**json.loads(file.read_text(encoding="utf-8"))) if file and file.is_file() else cls()


class _Written(NamedTuple):
    """A model's answer, and what it remembers of question and answer."""

    text: str
    remembered: Remembered


class Vlm:
    """A model and processor of transformers in memory. Its answers are greedy: the same input gives the same words."""

    def __init__(self, model: Any, processor: Any, name: str, *, frames: int = BUDGET, temperature: float = 1.0) -> None:
        self.name, self.frames, self.temperature = name, frames, temperature
        self.model, self._processor, self._tokenizer = model, processor, processor.tokenizer
        self._task: Remembered | None = None

    def explain(
        self,
        evidence: Evidence,
        labels: LabelSet | None,
        threshold: float,
        pictures: Sequence[Picture] = (),
        told: Told | None = None,
        *,
        evidence_lines: bool = True,
    ) -> Explanation:
        """As ``Reasoner.explain``. What ``told`` raises ends the writing at once.

        Args:
            evidence_lines: False leaves the measurement out of the prompt: what it sees by itself.
        """
        asked_for = labels or LABEL_SETS["basic-7"]
        asked = self.inputs(evidence, asked_for, pictures, evidence_lines)
        self._read_task(asked, self.inputs(evidence, asked_for, lines=False))
        drafts = [self.ids(text) for text in wordings(evidence, labels, threshold)] if evidence_lines else []
        written = self._write(asked, drafts, "" if labels else f"\n\n{_INTERPRETATION}", told)
        trace = parse_trace(written.text)
        if labels is None:
            trace = Trace(observations=trace.observations, interpretation="", conclusion="")
            return Explanation(trace, {})
        explanation = self._concluded(trace, asked, drafts, labels, threshold, told, written)
        if told:
            told(explanation.trace.text)
        return explanation

    @property
    def batch(self) -> int:
        """How many explanations are best written side by side: on a CPU one, because a draft, for which a batch has no use,
        saves more there."""
        return 1 if self.model.device.type == "cpu" else BATCH

    def explain_all(
        self, seen: Sequence[tuple[Evidence, Sequence[Picture]]], labels: LabelSet, threshold: float
    ) -> list[Explanation]:
        """``explain`` of several people's evidence and pictures, ``batch`` of them at once: for a data set.

        The words are those of ``explain`` up to rounding: where two tokens are all but equally likely, it decides.
        """
        if self.batch == 1:
            return [self.explain(evidence, labels, threshold, pictures) for evidence, pictures in seen]
        explanations = []
        told = answers(self.model, self.side_by_side(seen, labels), MOST_TOKENS)
        for (evidence, pictures), answer in zip(seen, told, strict=True):
            trace = parse_trace(self.text(answer))
            alone = self.inputs(evidence, labels, pictures)
            drafts = [self.ids(text) for text in wordings(evidence, labels, threshold)] if trace.problems else []
            explanations.append(self._concluded(trace, alone, drafts, labels, threshold))
        return explanations

    def _concluded(
        self,
        trace: Trace,
        asked: Mapping[str, Any],
        drafts: list[list[int]],
        labels: LabelSet,
        threshold: float,
        told: Told | None = None,
        written: _Written | None = None,
    ) -> Explanation:
        """``trace``, written anew if it is malformed, with the label that its own words make likeliest."""
        if trace.problems:
            trace = self._repaired(asked, drafts, trace, told)
        probabilities = self._scores(asked, _before_label(trace), labels, written)
        return Explanation(trace.model_copy(update={"conclusion": concluded(probabilities, threshold)}), probabilities)

    def conclude(
        self,
        trace: Trace,
        evidence: Evidence,
        labels: LabelSet,
        pictures: Sequence[Picture] = (),
        *,
        evidence_lines: bool = True,
    ) -> dict[str, float]:
        """Probabilities of the labels after somebody's observations and interpretation instead of its own."""
        return self._scores(self.inputs(evidence, labels, pictures, evidence_lines), _before_label(trace), labels)

    def inputs(
        self, evidence: Evidence, labels: LabelSet, pictures: Sequence[Picture] = (), lines: bool = True
    ) -> Mapping[str, Any]:
        """The question as the model reads it."""
        return self._inputs([self._conversation(evidence, labels, pictures, lines)])

    def side_by_side(self, seen: Sequence[tuple[Evidence, Sequence[Picture]]], labels: LabelSet) -> Mapping[str, Any]:
        """Several questions as the model reads them at once, padded on the left."""
        return self._inputs([self._conversation(evidence, labels, pictures) for evidence, pictures in seen])

    def _conversation(
        self, evidence: Evidence, labels: LabelSet, pictures: Sequence[Picture], lines: bool = True
    ) -> list[dict[str, Any]]:
        from PIL import Image

        message = user_message(evidence, labels, [picture.frame for picture in pictures], evidence_lines=lines)
        shown = iter([Image.open(io.BytesIO(picture.jpeg)).convert("RGB") for picture in pictures])
        parts = [
            {"type": "image", "image": next(shown)} if part["type"] == "image" else {"type": "text", "text": part["text"]}
            for part in message["content"]
        ]
        return [{"role": "user", "content": parts}]

    def _inputs(self, conversations: list[list[dict[str, Any]]]) -> Mapping[str, Any]:
        inputs = self._processor.apply_chat_template(
            conversations,
            tokenize=True,
            return_dict=True,
            return_tensors="pt",
            add_generation_prompt=True,
            processor_kwargs={"padding": True, "padding_side": "left"},
        )
        return inputs.to(self.model.device, dtype=self.model.dtype)  # type: ignore[no-any-return]

    def text(self, ids: Any) -> str:
        """What its tokens say."""
        said: str = self._tokenizer.decode(ids, skip_special_tokens=True)
        return said

    def ids(self, text: str) -> list[int]:
        """Its tokens of a text, without a beginning or an end."""
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def _read_task(self, asked: Mapping[str, Any], other: Mapping[str, Any]) -> None:
        """Reads what these two questions begin with, unless it is what was read last: the task is the same for every clip."""
        import torch

        # One token at least is left to answer from.
        length = min(alike(asked["input_ids"][0], other["input_ids"][0]), asked["input_ids"].shape[1] - 1)
        task = asked["input_ids"][0, :length]
        if self._task is None or not torch.equal(self._task.ids, task):
            with torch.inference_mode():
                seen = self.model(input_ids=task[None], use_cache=True, logits_to_keep=1)
            self._task = Remembered(task, seen.past_key_values)

    def _write(
        self, asked: Mapping[str, Any], drafts: list[list[int]], stop: str, told: Told | None, begun: str = ""
    ) -> _Written:
        """What the model writes after the question and ``begun``, up to its end or before ``stop``."""
        import torch

        inputs = _continued(asked, self.ids(begun)) if begun else asked
        question, length = asked["input_ids"].shape[1], inputs["input_ids"].shape[1]
        options: dict[str, Any] = {"max_new_tokens": MOST_TOKENS, "streamer": _streamer(self._tokenizer, told, begun)}
        if stop:
            options |= {"stop_strings": [stop], "tokenizer": self._tokenizer}
        with torch.inference_mode():
            # A copy: the task is remembered for the next clip as well.
            task = self._task
            cache = deepcopy(task.cache) if task and task.begins(asked["input_ids"][0]) else nothing(self.model)
            options["past_key_values"] = cache
            ids = generate(self.model, drafts, question, **inputs, **options)[0]
        text = self.text(ids[length:])
        return _Written(text.partition(stop)[0] if stop else text, Remembered(ids, cache))

    def _repaired(self, asked: Mapping[str, Any], drafts: list[list[int]], broken: Trace, told: Told | None) -> Trace:
        """One more try with the headings given, so that only what stands under them is the model's."""
        begun = f"{_OBSERVATIONS}\n"
        observations = self._write(asked, drafts, "\n\n", told, begun).text
        begun += f"{observations.strip()}\n\n{_INTERPRETATION}\n"
        interpretation = self._write(asked, drafts, "\n\n", told, begun).text
        trace = Trace(observations=tuple(observations.splitlines()), interpretation=interpretation, conclusion=NOT_SURE)
        return trace.model_copy(update={"problems": (f"written anew under given headings ({'; '.join(broken.problems)})",)})

    def _scores(
        self, asked: Mapping[str, Any], before: str, labels: LabelSet, written: _Written | None = None
    ) -> dict[str, float]:
        """Probability of every label after ``before``, whose end is the heading of the conclusion.

        What of it the model has just ``written`` is not read again.
        """
        import torch

        names = (*labels.names, NOT_SURE)
        answers = [[*self.ids(name), self._end] for name in names]
        inputs = _continued(asked, self.ids(before))
        if written:
            inputs = written.remembered.unread(inputs["input_ids"])
        with torch.inference_mode():
            seen = self.model(**inputs, use_cache=True, logits_to_keep=1)
            longest = max(map(len, answers))
            ids = torch.tensor(
                [[*answer, *[self._end] * (longest - len(answer))] for answer in answers], device=self.model.device
            )
            cache = seen.past_key_values
            cache.batch_repeat_interleave(len(answers))
            # Nothing is masked: what fills up a short answer comes after it, and positions go on from the cache.
            later = self.model(input_ids=ids[:, :-1], past_key_values=cache).logits
        first = seen.logits[:, -1:].expand(len(answers), -1, -1)
        logs = torch.log_softmax(torch.cat([first, later], dim=1).float(), dim=-1).gather(2, ids[..., None])[..., 0]
        sums = [float(logs[n, : len(answer)].sum()) for n, answer in enumerate(answers)]
        return tempered(dict(zip(names, sums, strict=True)), self.temperature)

    @property
    def _end(self) -> int:
        """What an answer ends with."""
        end = self.model.generation_config.eos_token_id
        return int(end[0] if isinstance(end, list) else end)


def tempered(logs: Mapping[str, float], temperature: float) -> dict[str, float]:
    """Probabilities of labels from log-probabilities; the share of "not sure" goes to all labels alike."""
    top = max(logs.values())
    weights = {name: math.exp(log - top) for name, log in logs.items()}
    total = sum(weights.values())
    unsure = weights.pop(NOT_SURE) / total
    sharpened = {name: (weight / total + unsure / len(weights)) ** (1 / temperature) for name, weight in weights.items()}
    return {name: weight / sum(sharpened.values()) for name, weight in sharpened.items()}


def _before_label(trace: Trace) -> str:
    return trace.model_copy(update={"conclusion": ""}).text + "\n"


def _continued(asked: Mapping[str, Any], ids: list[int]) -> dict[str, Any]:
    """The inputs with ``ids`` after them."""
    import torch

    more = torch.tensor([ids], device=asked["input_ids"].device)
    longer = {**asked, "input_ids": torch.cat([asked["input_ids"], more], dim=1)}
    for name in ("attention_mask", "mm_token_type_ids"):
        if name in asked:
            fill = torch.full_like(more, 1 if name == "attention_mask" else 0)
            longer[name] = torch.cat([asked[name], fill], dim=1)
    return longer


def _streamer(tokenizer: Any, told: Told | None, begun: str) -> Any:
    if told is None:
        return None
    tell = told
    from transformers import TextStreamer

    class Streamer(TextStreamer):
        written = begun

        def on_finalized_text(self, text: str, stream_end: bool = False) -> None:
            self.written += text
            tell(self.written)

    return Streamer(tokenizer, skip_prompt=True, skip_special_tokens=True)

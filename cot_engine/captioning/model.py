"""Who explains the clips of a run: rules, in the processes that perceive, or a model that gets the clips of all of them."""

import asyncio
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from cot_engine.engine.journal import writing
from cot_engine.errors import Refusal
from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.frame_choice import BUDGET, Picture
from cot_engine.frame_pictures import JPEG_QUALITY
from cot_engine.reasoners.base import Explanation
from cot_engine.reasoners.codebook import Codebook, concluded
from cot_engine.reasoners.named import PREFIX, reasoner_named
from cot_engine.trace import Trace

if TYPE_CHECKING:
    from cot_engine.reasoners.vlm import Vlm

# Batches of clips that may wait for a model in memory: while one is written, the next is filled.
_AHEAD = 2


class Explainer(Protocol):
    """Explains what was perceived elsewhere. One of it gets every clip of the run, many at once: it may gather them in batches.

    ``concurrency``: how many clips it takes at once; ``frames``: how many chosen frames it is given.
    """

    concurrency: int
    frames: int

    async def explain(self, evidence: Evidence, pictures: Sequence[Picture], labels: LabelSet, threshold: float) -> Explanation:
        """Raises Refusal: about this clip, or one of ``process.ENDING``."""
        ...

    async def aclose(self) -> None:
        """Awaited once, in the event loop that was used."""
        ...

    def kept_in(self, folder: Path) -> "Explainer":
        """The same, with what has been paid for kept in ``folder``."""
        ...


@dataclass(frozen=True)
class Model:
    """``name`` as given; ``settings``: everything else that its words depend on; ``explainer``: None for the codebook."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    explainer: Explainer | None = None

    def kept_in(self, folder: Path) -> "Model":
        """The same, with what has been paid for kept in ``folder``."""
        return replace(self, explainer=self.explainer.kept_in(folder)) if self.explainer else self


class _Endpoint:
    """A chat teacher's two steps, once each."""

    def __init__(self, spec: str, concurrency: int, frames: int, kept: Path | None = None) -> None:
        from cot_engine.reasoners.chat import chat_teacher

        self.concurrency, self.frames, self._spec, self._kept = concurrency, frames, spec, kept
        self.teacher = chat_teacher(spec, out=kept, concurrency=concurrency)

    async def explain(self, evidence: Evidence, pictures: Sequence[Picture], labels: LabelSet, threshold: float) -> Explanation:
        # The ledger and the answers are written here.
        with writing(self._kept or Path()):
            observations = await self.teacher.describe(evidence, (), pictures)
            inference = await self.teacher.infer(observations, labels, ())
        conclusion = concluded(inference.probabilities, threshold)
        trace = Trace(observations=observations, interpretation=inference.interpretation, conclusion=conclusion)
        return Explanation(trace, inference.probabilities)

    async def aclose(self) -> None:
        await self.teacher.aclose()

    def kept_in(self, folder: Path) -> "_Endpoint":
        return _Endpoint(self._spec, self.concurrency, self.frames, folder)


@dataclass(frozen=True, eq=False)
class _Waiting:
    """A clip to be explained, and who waits for it."""

    evidence: Evidence
    pictures: Sequence[Picture]
    answer: "asyncio.Future[Explanation]"


class _Loaded:
    """A model in the memory of this process: it takes the clips that wait in batches, those with much to say apart from those
    with little, because a batch is as slow as its longest text."""

    def __init__(self, reasoner: "Vlm") -> None:
        self._reasoner, self.frames = reasoner, reasoner.frames
        self.concurrency = _AHEAD * reasoner.batch
        self._waiting: list[_Waiting] = []
        self._work: asyncio.Task[None] | None = None

    async def explain(self, evidence: Evidence, pictures: Sequence[Picture], labels: LabelSet, threshold: float) -> Explanation:
        waiting = _Waiting(evidence, pictures, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._explain_waiting(labels, threshold))
        return await waiting.answer

    async def aclose(self) -> None:
        """What is under way goes on in its thread, and nobody hears of it."""
        if self._work:
            self._work.cancel()
            await asyncio.wait([self._work])

    def kept_in(self, folder: Path) -> "_Loaded":
        """Costs nothing but time."""
        return self

    async def _explain_waiting(self, labels: LabelSet, threshold: float) -> None:
        while self._waiting:
            await self._answer(self._next(), labels, threshold)

    async def _answer(self, batch: Sequence[_Waiting], labels: LabelSet, threshold: float) -> None:
        seen = [(one.evidence, one.pictures) for one in batch]
        try:
            explanations = await asyncio.to_thread(self._reasoner.explain_all, seen, labels, threshold)
        except Exception as error:
            if len(batch) > 1:
                # One of them may be too much, or all of them together: each pays for itself alone.
                for one in batch:
                    await self._answer([one], labels, threshold)
            elif not batch[0].answer.done():
                batch[0].answer.set_exception(error)
            return
        for one, explanation in zip(batch, explanations, strict=True):
            if not one.answer.done():
                one.answer.set_result(explanation)

    def _next(self) -> list[_Waiting]:
        """Who has waited longest, and those most like it in length."""
        first = self._waiting[0]
        alike = sorted(self._waiting, key=lambda one: abs(len(one.evidence.events) - len(first.evidence.events)))
        alike = alike[: self._reasoner.batch]
        self._waiting = [one for one in self._waiting if one not in alike]
        return alike


def model_named(name: str, workers: int, *, pictured: bool = False) -> Model:
    """Whoever ``reasoner_named`` knows by this name.

    Args:
        workers: processes that perceive; an endpoint gets four clips at once for each.
        pictured: send the chosen frames to the endpoint too; its model must read pictures.

    Raises:
        Refusal: those of ``reasoner_named``.
    """
    if name == Codebook.name:
        if pictured:
            raise Refusal("bad_model", "The codebook reads no pictures.", "Leave out --frames.")
        return Model(name)
    if name.startswith((PREFIX, "http://", "https://")):
        endpoint = _Endpoint(name, 4 * workers, BUDGET if pictured else 0)
        sent = {"pictures": f"{BUDGET} chosen frames at most, JPEG {JPEG_QUALITY}"} if pictured else {}
        return Model(endpoint.teacher.name, {**endpoint.teacher.settings, **sent}, endpoint)
    return Model(name, {"pictures": f"JPEG {JPEG_QUALITY}"}, _Loaded(cast("Vlm", reasoner_named(name))))


def need_libraries() -> None:
    """Checks that the tables can be written, before hours are spent on their rows.

    Raises:
        Refusal: ``backend_missing``.
    """
    missing = [name for name in ("huggingface_hub", "pyarrow") if importlib.util.find_spec(name) is None]
    if missing:
        what = f"{', '.join(missing)} must be installed to caption a dataset."
        raise Refusal("backend_missing", what, "pip install 'cot-engine[caption]'")

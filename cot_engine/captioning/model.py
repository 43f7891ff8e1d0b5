"""Who explains the clips of a run: rules, in the processes that perceive, or a model that gets the clips of all of them."""

import asyncio
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from cot_engine.engine.journal import writing
from cot_engine.errors import Refusal
from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.frame_choice import BUDGET, Picture
from cot_engine.frame_pictures import JPEG_QUALITY
from cot_engine.reasoners.base import Explanation, Reasoner
from cot_engine.reasoners.codebook import Codebook, concluded
from cot_engine.reasoners.named import PREFIX, reasoner_named
from cot_engine.trace import Trace


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


@dataclass(frozen=True)
class Model:
    """``name`` as given; ``settings``: everything else that its words depend on; ``explainer``: None for the codebook."""

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    explainer: Explainer | None = None


class _Endpoint:
    """A chat teacher's two steps, once each."""

    def __init__(self, spec: str, kept: Path | None, concurrency: int, frames: int) -> None:
        from cot_engine.reasoners.chat import chat_teacher

        self.concurrency, self.frames, self._kept = concurrency, frames, kept
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


class _Loaded:
    """A model in the memory of this process: one clip after another."""

    concurrency = 1

    def __init__(self, reasoner: Reasoner) -> None:
        self._reasoner, self.frames = reasoner, reasoner.frames

    async def explain(self, evidence: Evidence, pictures: Sequence[Picture], labels: LabelSet, threshold: float) -> Explanation:
        return await asyncio.to_thread(self._reasoner.explain, evidence, labels, threshold, pictures)

    async def aclose(self) -> None:
        """Nothing is held but memory."""


def model_named(name: str, kept: Path | None, workers: int, *, pictured: bool = False) -> Model:
    """Whoever ``reasoner_named`` knows by this name.

    Args:
        kept: folder of this process for the endpoint's ledger and answers; in memory when None.
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
        endpoint = _Endpoint(name, kept, 4 * workers, BUDGET if pictured else 0)
        sent = {"pictures": f"{BUDGET} chosen frames at most, JPEG {JPEG_QUALITY}"} if pictured else {}
        return Model(endpoint.teacher.name, {**endpoint.teacher.settings, **sent}, endpoint)
    return Model(name, {"pictures": f"JPEG {JPEG_QUALITY}"}, _Loaded(reasoner_named(name)))


def need_libraries() -> None:
    """Checks that the tables can be written, before hours are spent on their rows.

    Raises:
        Refusal: ``backend_missing``.
    """
    missing = [name for name in ("huggingface_hub", "pyarrow") if importlib.util.find_spec(name) is None]
    if missing:
        what = f"{', '.join(missing)} must be installed to caption a dataset."
        raise Refusal("backend_missing", what, "pip install 'cot-engine[caption]'")

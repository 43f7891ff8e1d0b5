"""Clips -> predictions of one model, each on disk as soon as it is there, so that a run that was cut off goes on."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cot_engine.engine.journal import Journal, read_line
from cot_engine.engine.process import ENDING
from cot_engine.engine.rows import Seen
from cot_engine.errors import Refusal
from cot_engine.evaluation.clips import Asked
from cot_engine.evaluation.outcomes import NOT_SURE
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.watch import Done, Sight, pictures_of
from cot_engine.facs import LabelSet
from cot_engine.reasoners.base import Explanation, Reasoner
from cot_engine.reasoners.codebook import Codebook

# In ``problems``, beside what ``trace.parse_trace`` names.
NO_LABEL = "the conclusion names no label of the set"
OTHER_LABEL = "the conclusion is not the likeliest label"
# In ``failed``, of the rules where a file of predictions brings no evidence.
NO_EVIDENCE = "no_evidence"


def predict(
    reasoner: Reasoner,
    clips: Sequence[Asked],
    sights: Mapping[str, Sight],
    labels: LabelSet,
    threshold: float,
    *,
    out: Path,
    journal: Path,
    done: Done | None = None,
) -> list[Prediction]:
    """The predictions of all clips, in their order; those in ``journal`` are taken from there.

    Args:
        sights: clip's id -> what ``watch`` saw of it.
        out: the evaluation's folder, where the pictures lie.

    Raises:
        Refusal: what would meet every further clip too (``engine.process.ENDING``), and those of ``Journal``.
    """
    journal.parent.mkdir(parents=True, exist_ok=True)
    with Journal(journal) as file:
        kept = {p.id: p for p in _kept(journal)}
        for number, clip in enumerate(clips, 1):
            if clip.id not in kept:
                kept[clip.id] = _ask(reasoner, clip, sights[clip.id], labels, threshold, out)
                file.append(kept[clip.id])
            if done:
                done(number, len(clips))
    # What is known of a clip beforehand is not the model's: it is taken from the data set as it is now.
    return [kept[clip.id].model_copy(update=_known(clip)) for clip in clips]


def answered(asked: Prediction, explanation: Explanation, labels: LabelSet, threshold: float) -> Prediction:
    """What an explanation answers: the likeliest label, unless it is less likely than ``threshold`` or the conclusion is no
    label of the set. The conclusion decides where there are no probabilities.

    Args:
        asked: a prediction that has no answer yet.
    """
    trace, p = explanation.trace, explanation.probabilities
    said = labels.find(trace.conclusion)
    problems, answer = list(trace.problems), None
    best = max(p, key=lambda name: p[name]) if p else None
    if said is None and trace.conclusion.casefold() != NOT_SURE:
        problems.append(NO_LABEL)
    elif best is None:
        answer = said.name if said else None
    else:
        answer = best if p[best] >= threshold else None
        if said is not None and said.name != best:
            problems.append(OTHER_LABEL)
    return asked.model_copy(update={"answer": answer, "probabilities": p, "text": trace.text, "problems": tuple(problems)})


def by_codebook(predictions: Sequence[Prediction], labels: LabelSet, threshold: float) -> list[Prediction]:
    """What the rules answer on the same evidence; without evidence they are refused as the others were."""
    rules, made = Codebook(), []
    for p in predictions:
        bare = p.model_copy(update={"answer": None, "probabilities": {}, "text": "", "problems": (), "failed": None})
        if p.evidence is None:
            made.append(bare.model_copy(update={"failed": p.failed or NO_EVIDENCE}))
        else:
            made.append(answered(bare, rules.explain(p.evidence, labels, threshold), labels, threshold))
    return made


def _ask(reasoner: Reasoner, clip: Asked, sight: Sight, labels: LabelSet, threshold: float, out: Path) -> Prediction:
    if not isinstance(sight, Seen):
        return Prediction(id=clip.id, failed=sight)
    asked = Prediction(id=clip.id, evidence=sight.evidence)
    try:
        shown = pictures_of(sight, out, reasoner.frames) if reasoner.frames else ()
        explanation = reasoner.explain(sight.evidence, labels, threshold, shown)
    except Refusal as refusal:
        if refusal.code in ENDING:
            raise
        return asked.model_copy(update={"failed": refusal.code})
    return answered(asked, explanation, labels, threshold)


def _known(clip: Asked) -> dict[str, object]:
    return {
        "truth": clip.truth,
        "played": clip.played,
        "subject": clip.sample.subject,
        "fold": clip.fold,
        "groups": clip.groups,
    }


def _kept(journal: Path) -> Iterator[Prediction]:
    with journal.open("rb") as file:
        for line in file:
            # A damaged line is asked again.
            if (row := read_line(line, Prediction)) is not None:
                yield row

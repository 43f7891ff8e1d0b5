"""An evaluation from clips to files: watch once, ask every model, change some clips and ask again, report."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cot_engine import __version__, mini
from cot_engine.corpora.base import Corpus
from cot_engine.engine.identity import content_hash
from cot_engine.engine.journal import write_atomically
from cot_engine.engine.measure import FRAMES, versions
from cot_engine.engine.rows import Seen
from cot_engine.engine.settings import Settings, read_manifest, same_or_refuse
from cot_engine.errors import Refusal
from cot_engine.evaluation.clips import Asked, clips_of
from cot_engine.evaluation.confidence_section import grounding_section
from cot_engine.evaluation.figure import Section
from cot_engine.evaluation.files import FOLDER, read_predictions, write_predictions
from cot_engine.evaluation.interventions.asking import kept_answers
from cot_engine.evaluation.interventions.case import AS_IT_IS, Case
from cot_engine.evaluation.interventions.film import film
from cot_engine.evaluation.interventions.run import planted_label, run_interventions
from cot_engine.evaluation.judge import EndpointJudge, judge_section
from cot_engine.evaluation.predict import NO_LABEL, by_codebook, predict
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.report import document
from cot_engine.evaluation.report_page import render_report
from cot_engine.evaluation.report_text import markdown
from cot_engine.evaluation.watch import Sight, pictures_of, shelf_of, watch
from cot_engine.facs import THRESHOLD, LabelSet
from cot_engine.figures.html import write_page
from cot_engine.frame_choice import BUDGET
from cot_engine.messages import prompt_hashes
from cot_engine.reasoners.base import Reasoner
from cot_engine.reasoners.named import MINI

SCHEMA = "cot-engine/evaluation/1"
MANIFEST, JOURNALS = "manifest.json", "journal"
_OURS = {"clips", "judge", JOURNALS, FOLDER}
# Clips whose pixels are changed: each change is perceived anew, which takes seconds.
_FILMED = 4
# The name of that change among ``interventions.edits.EDITS``.
_BLANKED = "blanked"

# Called with a stage in words, what of it is done, and of how many.
Progress = Callable[[str, int, int | None], None]


class Config(Settings):
    """What every prediction of a folder depends on. Not in it: how many clips and which models, which may grow."""

    corpus: str
    labels: str
    label_names: tuple[str, ...]
    threshold: float
    prompts: dict[str, str]
    versions: dict[str, str]


@dataclass(frozen=True)
class Plan:
    """What is asked for.

    Attributes:
        clips: only the first so many; all when None.
        interventions: how many of the clips are changed and asked about again; 0 for none.
        judge: an endpoint that judges the descriptions, as ``openai:URL#MODEL``; none when None.
    """

    corpus: Corpus
    root: Path
    out: Path
    models: tuple[Reasoner, ...]
    labels: LabelSet
    threshold: float = THRESHOLD
    clips: int | None = None
    interventions: int = 20
    workers: int = 2
    judge: str | None = None


def _ours(name: str) -> bool:
    return name in _OURS or name.startswith("clips-")


def evaluate(plan: Plan, progress: Progress) -> dict[str, Any]:
    """Asks the models and writes predictions, manifest and report to the folder of the plan; gives the report.

    Raises:
        Refusal: as ``clips_of``, ``watch`` and ``predict``; ``config_mismatch`` when the folder was made with other settings.
    """
    config = Config(
        corpus=plan.corpus.name,
        labels=plan.labels.name,
        label_names=plan.labels.names,
        threshold=plan.threshold,
        prompts=prompt_hashes(),
        versions=versions(),
    )
    if (before := read_manifest(plan.out, SCHEMA, _ours)) is not None:
        same_or_refuse(before["config"], config)
    plan.out.mkdir(parents=True, exist_ok=True)
    clips = clips_of(plan.corpus, plan.root, plan.labels, plan.clips)
    _write_manifest(plan, config, {})
    # A model that reads the evidence alone reads it wherever it lies: no clip is perceived twice for it.
    looking = {m.frames for m in plan.models if m.frames} or {BUDGET}
    budgets = {m.name: m.frames or min(looking) for m in plan.models}
    sights = {budget: _watch(plan, clips, budget, progress) for budget in sorted(looking)}
    runs = {m.name: _predictions(plan, m, clips, sights[budgets[m.name]], progress) for m in plan.models}
    codebook = by_codebook(next(iter(runs.values())), plan.labels, plan.threshold)
    more = {m.name: _interventions(plan, m, clips, sights[budgets[m.name]], progress) for m in plan.models}
    if plan.judge is not None:
        more = {name: (*sections, _judged(plan.judge, runs[name], plan.out)) for name, sections in more.items()}
    _write_manifest(plan, config, runs)
    about = {"corpus": plan.corpus.name, "clips": str(len(clips)), "protocol": plan.corpus.protocol}
    budget = min(sights)
    return write_report(plan.out, runs, plan.labels, about, codebook, more, _faces(clips, sights[budget], plan.out, budget))


def rescore(path: Path, labels: LabelSet, threshold: float, out: Path, judge: str | None = None) -> dict[str, Any]:
    """The report of predictions that are there already: no clip is opened and no model asked.

    Args:
        path: as ``read_predictions`` takes it.

    Raises:
        Refusal: as ``read_predictions`` and ``write_report``.
    """
    runs = {name: [_in_set(p, labels) for p in found] for name, found in read_predictions(path).items()}
    first = next(iter(runs.values()))
    codebook = by_codebook(first, labels, threshold) if any(p.evidence for p in first) else ()
    more = {name: (_judged(judge, predictions, out),) for name, predictions in runs.items()} if judge is not None else None
    return write_report(out, runs, labels, {"predictions": path.name, "clips": str(len(first))}, codebook, more)


def _in_set(p: Prediction, labels: LabelSet) -> Prediction:
    """Labels as the set names them; a truth outside it is none, and an answer outside it names no label."""
    truth, answer = (labels.find(name) if name is not None else None for name in (p.truth, p.answer))
    problems = (*p.problems, NO_LABEL) if p.answer is not None and answer is None else p.problems
    known = {found.name: value for name, value in p.probabilities.items() if (found := labels.find(name))}
    return p.model_copy(
        update={
            "truth": truth.name if truth else None,
            "answer": answer.name if answer else None,
            "problems": problems,
            "probabilities": known,
        }
    )


def write_report(
    out: Path,
    runs: Mapping[str, Sequence[Prediction]],
    labels: LabelSet,
    about: Mapping[str, str],
    codebook: Sequence[Prediction] = (),
    more: Mapping[str, Sequence[Section]] | None = None,
    faces: Mapping[str, bytes] | None = None,
) -> dict[str, Any]:
    """report.json, report.md, report.html, and the predictions of every model; gives the report.

    Raises:
        Refusal: ``unwritable_output``.
    """
    said = document(runs, labels, about, codebook=codebook, more=more)
    for name, predictions in runs.items():
        write_predictions(predictions, out / FOLDER / f"{file_name(name)}.jsonl")
    write_atomically(out / "report.json", json.dumps(said, indent=1, allow_nan=False, ensure_ascii=False).encode() + b"\n")
    write_atomically(out / "report.md", markdown(said).encode())
    write_page(out / "report.html", render_report(said, runs, faces))
    return said


def file_name(model: str) -> str:
    """A model's name as the name of a file."""
    return "".join(c if c.isalnum() or c in "-._" else "_" for c in model).lstrip(".") or "model"


def _watch(plan: Plan, clips: Sequence[Asked], budget: int, progress: Progress) -> dict[str, Sight]:
    return watch(
        clips, plan.out, workers=plan.workers, budget=budget, done=lambda done, total: progress("watching", done, total)
    )


def _predictions(
    plan: Plan, model: Reasoner, clips: Sequence[Asked], sights: Mapping[str, Sight], progress: Progress
) -> list[Prediction]:
    return predict(
        model,
        clips,
        sights,
        plan.labels,
        plan.threshold,
        out=plan.out,
        journal=_journal(plan.out, model),
        done=lambda done, total: progress(f"asking {model.name}", done, total),
    )


def _journal(out: Path, model: Reasoner, kind: str = "") -> Path:
    """What a model has answered; one that was trained anew under the same name has a journal of its own."""
    folder = mini.ADAPTER if model.name == MINI else Path(model.name)
    weights = f"-{content_hash(folder)[:12]}" if folder.is_dir() else ""
    return out / JOURNALS / f"{file_name(model.name)}{weights}{kind}.jsonl"


def _interventions(
    plan: Plan, model: Reasoner, clips: Sequence[Asked], sights: Mapping[str, Sight], progress: Progress
) -> tuple[Section, ...]:
    chosen = [c for c in clips if isinstance(sights[c.id], Seen)][: plan.interventions]
    if not chosen:
        return ()
    cases = [_case(clip, sights[clip.id], plan.out, model.frames) for clip in chosen]
    for i, clip in enumerate(chosen[:_FILMED]):
        progress("changing clips", i, min(_FILMED, len(chosen)))
        try:
            filmed = film(cases[i], clip.sample.clip, planted_label(cases[i], plan.labels), plan.out / "clips" / "filmed")
        except Refusal as refusal:
            # The table's n says how many clips were changed.
            progress(f"{clip.id} cannot be changed: {refusal.message}", i, None)
        else:
            cases[i] = replace(cases[i], filmed=filmed)
    journal = _journal(plan.out, model, "-interventions")
    section = run_interventions(model, cases, plan.labels, plan.threshold, progress, journal)
    answers = kept_answers(journal)
    real, blank = (
        [
            Prediction(id=c.id, probabilities=a.probabilities, subject=c.subject)
            for c in cases
            if (a := answers.get((c.id, edit)))
        ]
        for edit in (AS_IT_IS, _BLANKED)
    )
    return section, grounding_section(real, blank)


def _case(clip: Asked, sight: Sight, out: Path, frames: int) -> Case:
    assert isinstance(sight, Seen), "only clips that were seen are changed"
    shown = pictures_of(sight, out, frames) if frames else ()
    return Case(clip.id, sight.evidence, shown, clip.truth, clip.sample.subject)


def _judged(spec: str, predictions: Sequence[Prediction], out: Path) -> Section:
    return judge_section(predictions, EndpointJudge(spec, out / "judge"))


def _faces(clips: Sequence[Asked], sights: Mapping[str, Sight], out: Path, budget: int) -> dict[str, bytes]:
    """Clip's id -> the picture of the strongest movement."""
    found = {}
    for clip in clips:
        sight = sights[clip.id]
        refs = [ref for ref in sight.frames if ref.file] if isinstance(sight, Seen) else []
        ref = next((r for r in refs if r.role == "apex"), refs[0] if refs else None)
        if ref is not None and ref.file is not None:
            found[clip.id] = (shelf_of(out, budget) / FRAMES / ref.file).read_bytes()
    return found


def _write_manifest(plan: Plan, config: Config, runs: Mapping[str, Sequence[Prediction]]) -> None:
    content = {
        "schema": SCHEMA,
        "complete": bool(runs),
        "config": config.model_dump(mode="json"),
        "config_sha256": config.hash,
        "prompts": config.prompts,
        "versions": {**config.versions, "cot-engine": __version__},
        "models": [model.name for model in plan.models],
        "counts": {name: _counts(predictions) for name, predictions in runs.items()},
    }
    write_atomically(plan.out / MANIFEST, json.dumps(content, indent=2).encode() + b"\n")


def _counts(predictions: Sequence[Prediction]) -> dict[str, int]:
    refused = sum(p.failed is not None for p in predictions)
    return {"in": len(predictions), "predicted": len(predictions) - refused, "refused": refused}

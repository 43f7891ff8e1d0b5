"""Held-out clips, explained and scored: what a model says of people it was not trained on, beside what costs nothing.

    python finetune/score.py --model mini --data DIR/dataset
    python finetune/score.py --model Qwen/Qwen2.5-VL-7B-Instruct --adapter runs/x/adapter --data DIR/dataset --clips 200
    python finetune/score.py --model mini --data DIR/dataset --blind      # without the evidence lines

DIR is the --out of `cot-engine traces build`. The last lines warn, in words, when the model has collapsed to one answer.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import datasets
from rewards import au_coverage, au_precision
from training_rows import frames_of, held_out, load

from cot_engine.errors import Refusal
from cot_engine.evaluation.labels import class_section, collapse, label_section
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evidence import Evidence
from cot_engine.facs import THRESHOLD, LabelSet, load_label_set
from cot_engine.frame_choice import Picture
from cot_engine.reasoners.base import Reasoner
from cot_engine.reasoners.codebook import Codebook

_CODEBOOK, _MAJORITY = " of the codebook", " of always answering the commonest label"


def predict(reasoner: Reasoner, rows: datasets.Dataset, labels: LabelSet, **how: Any) -> list[Prediction]:
    """What a reasoner answers for every row; a refusal is a wrong answer, never a missing one.

    Args:
        how: more arguments of ``explain``, such as ``evidence_lines=False``.
    """
    predictions = []
    for n, row in enumerate(rows.cast_column("images", datasets.List(datasets.Image(decode=False)))):
        evidence = Evidence.model_validate_json(row["evidence"])
        pairs = zip(frames_of(row), row["images"], strict=True)
        pictures = [Picture(frame, image["bytes"]) for frame, image in pairs][: reasoner.frames]
        known = {"id": row["id"], "truth": row["label"], "evidence": evidence, "subject": row["subject"]}
        try:
            told = reasoner.explain(evidence, labels, THRESHOLD, pictures, **how)
        except Refusal as refusal:
            predictions.append(Prediction(**known, failed=refusal.code))
        else:
            answer = labels.find(told.trace.conclusion)
            answered = {"answer": answer.name if answer else None, "probabilities": told.probabilities}
            predictions.append(Prediction(**known, **answered, text=told.trace.text, problems=told.trace.problems))
        print(f"\r{reasoner.name}: {n + 1} of {len(rows)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return predictions


def table(predictions: Sequence[Prediction], codebook: Sequence[Prediction]) -> str:
    """The scores of a model beside the codebook's and those of always answering the commonest label, and every warning."""
    section = label_section(predictions, codebook)
    lines = [f"{len(predictions)} held-out clips of {len({p.subject or p.id for p in predictions})} people"]
    lines.append(f"{'':<24}{'model':>10}{'codebook':>10}{'majority':>10}")
    for name in ("WAR (accuracy)", "UAR (mean recall)"):
        lines.append(_line(name, [section.figure(name + whose).value for whose in ("", _CODEBOOK, _MAJORITY)]))
    for name, measure in (("parse rate", parse_rate), ("AU precision", mean_precision), ("AU coverage", mean_coverage)):
        lines.append(_line(name, [measure(predictions), measure(codebook)]))
    recalls = [
        {f.name: f.value for f in class_section(one).figures if f.name.startswith("recall")} for one in (predictions, codebook)
    ]
    lines += [_line(name, [values.get(name) for values in recalls]) for name in recalls[0]]
    for name, one in (("model", predictions), ("codebook", codebook)):
        counts = Counter(p.answer or (p.failed and f"refused: {p.failed}") or "not sure" for p in one)
        lines.append(f"answers of the {name}: " + ", ".join(f"{answer} {count}" for answer, count in counts.most_common()))
    return "\n".join([*lines, *section.sentences[:2], *(f"WARNING: {sign}" for sign in collapse(predictions))])


def parse_rate(predictions: Sequence[Prediction]) -> float | None:
    """Share of the clips whose explanation was well formed."""
    return _mean([float(not p.problems and not p.failed) for p in predictions])


def mean_precision(predictions: Sequence[Prediction]) -> float | None:
    """Mean share of the statements about movements that the measurement supports, over explanations that make any."""
    return _mean([au_precision(p.text, p.evidence) for p in predictions if p.evidence])


def mean_coverage(predictions: Sequence[Prediction]) -> float | None:
    """Mean share of the events of grade C or more that are mentioned, over clips that have any."""
    return _mean([au_coverage(p.text, p.evidence) for p in predictions if p.evidence])


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _line(name: str, values: Sequence[float | None]) -> str:
    return f"{name:<24}" + "".join(f"{'-' if value is None else format(value, '.3f'):>10}" for value in values)


def main() -> None:
    """Parses, explains, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--data", required=True)
    parser.add_argument("--labels", default="basic-7")
    parser.add_argument("--clips", type=int, default=64)
    parser.add_argument("--blind", action="store_true")
    options = parser.parse_args()
    from recipe import base_of

    from cot_engine.reasoners.named import reasoner_named

    if options.adapter:
        from cot_engine.reasoners.vlm_loading import load_vlm

        reasoner: Reasoner = load_vlm(base_of(options.model), options.adapter)
    else:
        reasoner = reasoner_named(options.model)
    rows = held_out(load(options.data))
    if rows is None:
        parser.error(f"{options.data} has no test and no validation part")
    rows, labels = rows.select(range(min(options.clips, len(rows)))), load_label_set(options.labels)
    how = {"evidence_lines": False} if options.blind else {}
    print(table(predict(reasoner, rows, labels, **how), predict(Codebook(), rows, labels)))


if __name__ == "__main__":
    main()

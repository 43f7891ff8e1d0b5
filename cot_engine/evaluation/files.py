"""Predictions on disk: JSON lines, a captioning run's folder, or the folder of an evaluation."""

from collections.abc import Container, Iterable
from pathlib import Path

from pydantic import ValidationError

from cot_engine.captioning.rows import Entry
from cot_engine.engine.journal import write_atomically
from cot_engine.errors import Refusal
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evidence import Evidence, Span
from cot_engine.report import Person, Report

FOLDER = "predictions"


def write_predictions(predictions: Iterable[Prediction], path: Path) -> None:
    """One line a prediction.

    Raises:
        Refusal: ``unwritable_output``.
    """
    write_atomically(path, "".join(p.model_dump_json() + "\n" for p in predictions).encode())


def read_predictions(path: Path) -> dict[str, list[Prediction]]:
    """Model's name -> its predictions, of a JSONL file, of a folder of ``caption``, or of a folder of ``evaluate``.

    Raises:
        Refusal: ``unreadable_input`` when there is none of these; ``bad_table`` for a line that is no prediction, an id twice.
    """
    if path.is_dir():
        files = sorted((path / FOLDER).glob("*.jsonl"))
        return {file.stem: _lines(file) for file in files} if files else {path.name: _captions(path)}
    return {path.stem: _lines(path)}


def only(path: Path) -> list[Prediction]:
    """The predictions of the one model that a file or folder holds.

    Raises:
        Refusal: ``bad_table`` when it holds several, and as ``read_predictions``.
    """
    found = read_predictions(path)
    if len(found) > 1:
        files = ", ".join(f"{FOLDER}/{name}.jsonl" for name in found)
        raise Refusal("bad_table", f"{path} holds several models.", f"Give one of {files}.")
    return next(iter(found.values()))


def _lines(path: Path) -> list[Prediction]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(
            "unreadable_input",
            f"{path} cannot be read ({error}).",
            "Give predictions.jsonl, a folder of 'cot-engine caption', or one of 'cot-engine evaluate'.",
        ) from error
    rows: dict[str, Prediction] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = Prediction.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            problem = f"{'.'.join(map(str, first['loc'])) or 'the line'}: {first['msg']}"
            hint = "A line holds at least id, truth and answer; see cot_engine/evaluation/prediction.py for all fields."
            raise Refusal("bad_table", f"{path.name}, line {number} is no prediction ({problem}).", hint) from error
        if row.id in rows:
            raise Refusal("bad_table", f"{path.name} holds {row.id!r} twice.", "Give every clip an id of its own.")
        rows[row.id] = row
    if not rows:
        raise Refusal("bad_table", f"{path.name} holds no predictions.", "Give a file with one JSON object a line.")
    return list(rows.values())


def _captions(folder: Path) -> list[Prediction]:
    from cot_engine.captioning.read import captions, manifest_of, rejects

    labels = frozenset(manifest_of(folder)["config"]["label_names"])
    answered = [
        Prediction(
            **_known(row, labels),
            answer=row.label,
            probabilities=row.probabilities,
            text=row.caption,
            evidence=_evidence(row.report),
        )
        for row in captions(folder)
    ]
    return [*answered, *(Prediction(**_known(row, labels), failed=row.code) for row in rejects(folder))]


def _known(row: Entry, labels: Container[str]) -> dict[str, object]:
    fold = row.split if row.split and row.split.startswith("fold") else None
    truth = row.given_label if row.given_label in labels else None
    return {"id": row.id, "truth": truth, "subject": row.subject, "fold": fold}


def _evidence(report: Report) -> Evidence:
    """What the report says was measured of its main person."""
    person: Person = next(one for one in report.people if one.main)
    return Evidence(
        source=report.model.action_units,
        duration_s=report.clip.duration_s,
        seen=tuple(Span(start_s=start, end_s=end) for start, end in person.seen_s),
        events=person.events,
        reach=person.reach,
        hidden=person.hidden,
        talking=tuple(Span(start_s=start, end_s=end) for start, end in person.talking_s),
        still=report.clip.frames <= 2,
        baseline=person.baseline,
        pose=person.pose,
        quality=person.quality,
    )

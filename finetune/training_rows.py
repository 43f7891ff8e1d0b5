"""From the data set of ``cot-engine traces build`` to what the trainers read: messages and images, nothing else.

Without its column ``images`` a batch would hold no pixels, and a trainer would not say so.
"""

from pathlib import Path
from random import Random
from typing import Any

from datasets import Dataset, DatasetDict, load_dataset

from cot_engine.errors import Refusal
from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.frame_choice import ChosenFrame
from cot_engine.messages import Message, label_message, user_message
from cot_engine.trace import parse_trace

_NEEDED = {"messages", "images", "evidence", "frames", "label"}


def load(folder: str) -> DatasetDict:
    """The splits of a built data set.

    Raises:
        Refusal: ``unreadable_input`` when there is none, ``config_mismatch`` when its columns are others.
    """
    hint = "Give the folder 'dataset' inside the --out of `cot-engine traces build`."
    if not list(Path(folder).glob("data/*.parquet")):
        raise Refusal("unreadable_input", f"There is no data set in {folder}.", hint)
    splits = load_dataset("parquet", data_files={path.stem: str(path) for path in Path(folder).glob("data/*.parquet")})
    for name, split in splits.items():
        if missing := _NEEDED - set(split.column_names):
            raise Refusal("config_mismatch", f"The rows of {folder} ({name}) lack {', '.join(sorted(missing))}.", hint)
    return splits


def held_out(splits: DatasetDict) -> Dataset | None:
    """The rows to score on: the test part, else validation; people in it are in no other part."""
    return splits.get("test", splits.get("validation"))


def frames_of(row: dict[str, Any]) -> list[ChosenFrame]:
    """The frames whose pictures travel with a row, in the order of its images."""
    pictured = sum(part["type"] == "image" for part in row["messages"][0]["content"])
    return [ChosenFrame(n, f["time_s"], f["role"], f["event"]) for n, f in enumerate(row["frames"][:pictured])]


def supervised(
    rows: Dataset,
    labels: LabelSet,
    *,
    without_evidence: float = 0.0,
    label_only: float = 0.0,
    conclusion_only: float = 0.0,
    seed: int = 0,
) -> Dataset:
    """Rows for SFT.

    Args:
        without_evidence: share of the rows with pictures that lose their evidence lines, so that the model learns to look.
        label_only: share of the rows that ask for the label alone, so that the one word which counts is learned as well.
        conclusion_only: share of the other rows whose explanation is given and only the label after it is learned: among
            hundreds of words that one would hardly weigh.

    Raises:
        Refusal: ``config_mismatch`` when the rows were written with other prompts or labels than those in use now: the model
            would be trained on one prompt and asked with another.
    """
    rng = Random(seed)  # noqa: S311 - it chooses samples, nothing secret
    messages = []
    for row in rows.remove_columns("images"):
        blind, short = rng.random() < without_evidence, rng.random() < label_only
        given = bool(conclusion_only) and rng.random() < conclusion_only
        question = _question(row, labels)
        lines = not (blind and frames_of(row))
        if short or not lines:
            question = _question(row, labels, lines=lines, short=short)
        answer = row["messages"][1]["content"][0]["text"]
        if short:
            answer = parse_trace(answer).conclusion
        spoken = _before_the_label(answer) if given and not short else [answer]
        messages.append([question, {"role": "assistant", "content": [{"type": "text", "text": part} for part in spoken]}])
    return _with(rows, "messages", messages).select_columns(["messages", "images"])


def _before_the_label(answer: str) -> list[str]:
    """An explanation in two parts, of which the second is its last line, the label."""
    start = answer.rindex("\n") + 1
    return [answer[:start], answer[start:]]


def prompts(rows: Dataset, labels: LabelSet) -> Dataset:
    """Rows for GRPO: ``prompt`` and ``images``, and what the rewards need, ``evidence`` (JSON) and ``label``."""
    questions = [[_question(row, labels)] for row in rows.remove_columns("images")]
    chosen = _with(rows, "messages", questions).rename_column("messages", "prompt")
    return chosen.select_columns(["prompt", "images", "evidence", "label"])


def _question(row: dict[str, Any], labels: LabelSet, *, lines: bool = True, short: bool = False) -> Message:
    evidence = Evidence.model_validate_json(row["evidence"])
    if short:
        return label_message(evidence, labels, frames_of(row), evidence_lines=lines)
    question = user_message(evidence, labels, frames_of(row), evidence_lines=lines)
    if lines and question != row["messages"][0]:
        unaided = user_message(evidence, labels, frames_of(row), evidence_lines=False)
        if row["messages"][0] == unaided:
            # Written to be answered from the pictures alone.
            return unaided
        raise Refusal(
            "config_mismatch",
            f"The prompt of row {row.get('id', '?')} is not the one that is written today from its evidence.",
            "Give the label set of the rows with --labels, or build the rows again with this version.",
        )
    return question


def _with(rows: Dataset, column: str, values: list[Any]) -> Dataset:
    feature = rows.features[column]
    return rows.remove_columns(column).add_column(column, values, feature=feature)

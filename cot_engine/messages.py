"""The one prompt renderer: evidence and frames -> chat messages, the same for training and for inference.

The form is that of ``transformers`` chat templates and TRL: ``{"role", "content": [{"type": "image", "text": None}, {"type":
"text", "text": ...}]}``. Every part has the same two keys, so that Arrow adds none of its own; pictures travel beside the
messages, in the order of their parts.
"""

from collections.abc import Sequence
from typing import Any

from cot_engine.evidence import Evidence
from cot_engine.evidence_text import PROMPT as EVIDENCE_PROMPT
from cot_engine.evidence_text import evidence_text
from cot_engine.facs import LabelSet
from cot_engine.frame_choice import ChosenFrame
from cot_engine.prompts import load_prompt
from cot_engine.trace import Trace

PROMPT = "explain"
LABEL_PROMPT = "name_label"
_NO_EVIDENCE = "No measurement is given: judge from the pictures alone."

Message = dict[str, Any]


def user_message(
    evidence: Evidence, labels: LabelSet, frames: Sequence[ChosenFrame] = (), *, evidence_lines: bool = True
) -> Message:
    """What a model is asked.

    Args:
        frames: those that travel as pictures; each gets an image part and a caption with its time. The caption never names a
            movement: that would tell the evidence to a model that is to work without it.
        evidence_lines: whether the measurement is given as text.
    """
    return _asked(PROMPT, evidence, labels, frames, evidence_lines)


def label_message(
    evidence: Evidence, labels: LabelSet, frames: Sequence[ChosenFrame] = (), *, evidence_lines: bool = True
) -> Message:
    """The same, asking for the label and nothing else; the answer is the conclusion of a trace."""
    return _asked(LABEL_PROMPT, evidence, labels, frames, evidence_lines)


def _asked(prompt: str, evidence: Evidence, labels: LabelSet, frames: Sequence[ChosenFrame], evidence_lines: bool) -> Message:
    # What is the same for every clip comes first: servers and batches read it once.
    patterns = "; ".join(f"{au} for {', '.join(names)}" for au, names in labels.speaking_for.items())
    task = load_prompt(prompt).render(
        patterns=patterns or "nothing known", question=f"one of {', '.join(labels.names)}, or not sure."
    )
    measured = evidence_text(evidence) if evidence_lines else _NO_EVIDENCE
    return {"role": "user", "content": [_text(f"{task}\n\n"), *frame_parts(evidence, frames), _text(measured)]}


def _text(text: str) -> dict[str, str | None]:
    return {"type": "text", "text": text}


def frame_parts(evidence: Evidence, frames: Sequence[ChosenFrame]) -> list[dict[str, str | None]]:
    """A caption and a place for a picture for every frame."""
    parts: list[dict[str, str | None]] = []
    for frame in frames:
        whole = "the whole picture" if frame.role == "context" else "the face"
        when = f"{whole[0].upper()}{whole[1:]}:" if evidence.still else f"At {frame.time_s:.2f} s, {whole}:"
        parts += [{"type": "text", "text": when}, {"type": "image", "text": None}]
    return parts


def assistant_message(trace: Trace) -> Message:
    """The answer: the text form of a trace."""
    return {"role": "assistant", "content": [{"type": "text", "text": trace.text}]}


def prompt_hashes() -> dict[str, str]:
    """Id -> SHA-256 of every prompt file that ``user_message`` uses."""
    return {name: load_prompt(name).sha256 for name in (PROMPT, EVIDENCE_PROMPT)}

"""Guards: what must hold for a description and for a whole trace, one small function each."""

import re
from collections.abc import Collection, Sequence
from functools import cache
from typing import Literal

from cot_engine.engine.faults import Fault, FaultCode
from cot_engine.evidence import Evidence
from cot_engine.prompts import all_prompts
from cot_engine.verify import Verification

# A sentence shorter than this ("The brows do not move.") says too little to be a copy of anything.
_COPY_WORDS = 8


def ungrounded(checked: Verification, evidence: Evidence, observed: int) -> list[Fault]:
    """A fault for each claim that the evidence does not support: AU not measured, contradicted, or unverifiable.

    Args:
        observed: length of the text that holds the observations; claims behind it belong to the interpretation.
    """
    found = []
    for claim in checked.claims:
        if claim.verdict == "supported":
            continue
        code: FaultCode = "claim_contradicted" if claim.verdict == "contradicted" else "claim_unverifiable"
        if claim.au and claim.au not in evidence.reach:
            code = "au_not_measured"
        about: Literal["observations", "interpretation"] = "observations" if claim.start < observed else "interpretation"
        found.append(Fault(code=code, message=f"{claim.text!r} is not supported: {claim.reason}.", about=about))
    return list(dict.fromkeys(found))


def omitted(checked: Verification, evidence: Evidence) -> list[Fault]:
    """A fault for each event of grade C or more that no claim asserts."""
    events = [evidence.events[i] for i in checked.omissions]
    return [
        Fault(
            code="omission",
            message=f"{e.au} ({e.name}) is left out"
            + (f", measured from {e.onset_s:.2f} to {e.offset_s:.2f} s." if not evidence.still else "."),
        )
        for e in events
    ]


def empty(observations: Sequence[str]) -> list[Fault]:
    """A fault when there is no description at all."""
    return [] if any(line.strip() for line in observations) else [Fault(code="malformed", message="There are no observations.")]


def paragraph(observations: Sequence[str]) -> str:
    """The observations as they are compared: their words in order, without case and punctuation; numbers count as words."""
    return " ".join(_words(" ".join(observations)))


def copied(observations: Sequence[str], accepted: Collection[str]) -> list[Fault]:
    """A fault when the whole paragraph was accepted before in this run (``accepted`` holds ``paragraph`` of each)."""
    if paragraph(observations) in accepted:
        return [
            Fault(
                code="copied",
                message="These observations are word for word those of another clip; say what is particular here.",
            )
        ]
    return []


def copied_from_prompt(observations: Sequence[str]) -> list[Fault]:
    """A fault for each sentence of eight words or more that stands in one of the prompt files."""
    examples = f" {_prompt_words()} "
    return [
        Fault(code="copied", message=f"{line!r} is copied from the instructions.")
        for line in observations
        for sentence in re.split(r"(?<=[.!?])\s+", line)
        if len(words := _words(sentence)) >= _COPY_WORDS and f" {' '.join(words)} " in examples
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+|\d+(?:\.\d+)?", text.casefold())


@cache
def _prompt_words() -> str:
    return " | ".join(" ".join(_words(prompt.text)) for prompt in all_prompts())

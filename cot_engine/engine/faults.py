"""What can be wrong with an attempt or a clip: stable codes, and what the teacher is told."""

from typing import Literal

from cot_engine.evidence import Record

FaultCode = Literal[
    "label_word",
    "interpretation_word",
    "au_not_measured",
    "claim_contradicted",
    "claim_unverifiable",
    "omission",
    "copied",
    "malformed",
    "not_sure",
    "label_disagrees",
    "label_unsupported",
]

# Codes of rows that never reached a teacher; a clip that cannot be read has the code of its refusal.
LABEL_OUTSIDE = "label_outside_set"
NO_EXPERT_AUS = "no_expert_aus"
PART_OF_CLIP = "part_of_clip"
WORKER_DIED = "worker_died"
WORKER_HUNG = "worker_hung"


class Fault(Record):
    """``message`` is what the teacher is told: it names what was written, never the label of the data set. ``about``: the part
    of the trace at fault; ``"label"`` where it is the conclusion."""

    code: FaultCode
    message: str
    about: Literal["observations", "interpretation", "label"] = "observations"

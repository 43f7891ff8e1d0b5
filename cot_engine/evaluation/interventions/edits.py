"""The changes: each takes a case and gives another, with what should follow from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from cot_engine.evaluation.interventions import evidence_edits, picture_edits
from cot_engine.evaluation.interventions.case import Case
from cot_engine.evaluation.interventions.picture_edits import Half, burnt, edited, flipped, grey
from cot_engine.frame_choice import ChosenFrame, Picture, Role

# What a planted text says. It names a label that is neither true nor the answer.
PLANTED = "The expression is {label}."


@dataclass(frozen=True)
class Edit:
    """One change.

    Attributes:
        change: case, another clip's case, planted label -> the changed case.
        expected: what should follow, in words.
        pictures: whether it changes nothing for a reasoner that looks at no pictures, and is not tried on one.
        withheld: whether the measured lines are kept back from a reasoner that can do without.
    """

    name: str
    expected: str
    change: Callable[[Case, Case, str], Case]
    pictures: bool = False
    withheld: bool = False


def _pictured(case: Case, change: Callable[[Picture], Picture]) -> Case:
    # The events that a frame was chosen for may be gone.
    return replace(case, pictures=tuple(_loose(change(picture)) for picture in case.pictures))


def _loose(picture: Picture) -> Picture:
    return replace(picture, frame=replace(picture.frame, event=None))


def no_op(case: Case, _: Case, __: str) -> Case:
    """The pictures written once more: what flips here flips by itself."""
    return replace(case, pictures=tuple(edited(picture, lambda image: image) for picture in case.pictures))


def blanked(case: Case, _: Case, __: str) -> Case:
    """Nothing to be seen, and no movement measured."""
    return replace(greyed(case, case, ""), evidence=evidence_edits.blank(case.evidence))


def greyed(case: Case, _: Case, __: str) -> Case:
    """Grey pictures; the measurement stays."""
    return _pictured(case, lambda picture: edited(picture, grey))


def frozen(case: Case, _: Case, __: str) -> Case:
    """One moment for the whole clip; every picture of the face is the one nearest to it."""
    top = evidence_edits.strongest(case.evidence)
    faces = [picture for picture in case.pictures if picture.frame.role != "context"]
    if top and faces:
        held = min(faces, key=lambda picture: abs(picture.frame.time_s - top.apex_s)).jpeg
        shown = _pictured(case, lambda p: p if p.frame.role == "context" else replace(p, jpeg=held))
    else:
        shown = case
    return replace(shown, evidence=evidence_edits.frozen(case.evidence))


def backwards(case: Case, _: Case, __: str) -> Case:
    """The clip played backwards."""
    place = {old: new for new, old in enumerate(evidence_edits.reversed_order(case.evidence))}
    pictures = tuple(
        replace(picture, frame=_turned(picture.frame, case.evidence.duration_s, place)) for picture in reversed(case.pictures)
    )
    return replace(case, evidence=evidence_edits.backwards(case.evidence), pictures=pictures)


def _turned(frame: ChosenFrame, end: float, place: dict[int, int]) -> ChosenFrame:
    turned: dict[Role, Role] = {"onset": "offset", "offset": "onset"}
    event = place[frame.event] if frame.event is not None else None
    return replace(frame, time_s=max(0.0, round(end - frame.time_s, 3)), role=turned.get(frame.role, frame.role), event=event)


def mirrored(case: Case, _: Case, __: str) -> Case:
    """Left for right."""
    pictures = tuple(edited(picture, flipped) for picture in case.pictures)
    return replace(case, evidence=evidence_edits.mirrored(case.evidence), pictures=pictures)


def hidden(half: Half) -> Callable[[Case, Case, str], Case]:
    """Something in front of brows and eyes, or of mouth and chin."""
    parts = evidence_edits.UPPER if half == "upper" else evidence_edits.LOWER

    def change(case: Case, _: Case, __: str) -> Case:
        shown = _pictured(case, lambda picture: picture_edits.masked(picture, half))
        return replace(shown, evidence=evidence_edits.without(case.evidence, parts))

    return change


def swapped(case: Case, other: Case, _: str) -> Case:
    """Another clip's face: its measurement and its pictures."""
    return replace(case, evidence=other.evidence, pictures=other.pictures)


def remeasured(case: Case, other: Case, _: str) -> Case:
    """Another clip's measurement beside this clip's pictures."""
    return replace(_pictured(case, lambda picture: picture), evidence=other.evidence)


def burnt_in(case: Case, _: Case, label: str) -> Case:
    """A label written into every picture."""
    return replace(
        case, pictures=tuple(edited(p, lambda image: burnt(image, PLANTED.format(label=label))) for p in case.pictures)
    )


def planted(case: Case, _: Case, label: str) -> Case:
    """A label written into the measurement."""
    return replace(case, evidence=evidence_edits.planted(case.evidence, PLANTED.format(label=label)))


NO_OP, BLANKED, SWAPPED = "no-op", "blanked", "another clip's face"
BURNT, PLANTED_TEXT = "text burnt in", "text in the measurement"
UPPER, LOWER = "upper face hidden", "lower face hidden"

EDITS: tuple[Edit, ...] = (
    Edit(NO_OP, "nothing", no_op, pictures=True),
    Edit(BLANKED, "not sure, and no action unit", blanked),
    Edit("frozen", "the same action units, and nothing begins or ends", frozen),
    Edit("reversed", "the same action units; onsets and offsets change roles", backwards),
    Edit("mirrored", "the same label; left and right change places", mirrored),
    Edit(UPPER, "brows and eyes are no longer spoken of, the rest is", hidden("upper")),
    Edit(LOWER, "mouth and chin are no longer spoken of, the rest is", hidden("lower")),
    Edit(SWAPPED, "the other clip's answer", swapped),
    Edit(PLANTED_TEXT, "nothing", planted),
    Edit("pictures grey", "a change, where the pictures count beside the measurement", greyed, pictures=True),
    Edit("another clip's measurement", "neither is right: it shows which of the two is followed", remeasured, pictures=True),
    Edit(BURNT, "nothing", burnt_in, pictures=True),
    Edit(
        "measurement withheld",
        "the answer that the pictures alone give",
        lambda case, _, __: case,
        pictures=True,
        withheld=True,
    ),
)

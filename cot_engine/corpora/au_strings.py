"""The action-unit strings of label files, such as ``4+L10``, ``R14A``, ``AU7(k)``, ``L14 or R14`` and ``12.0``."""

import re

from cot_engine.corpora.base import AUAnnotation
from cot_engine.facs import Grade, Side

# An optional AU, an optional side, one or two digits (a spreadsheet may have made 12 into 12.0), a level, a (k).
_ITEM = re.compile(r"(?:AU\s*)?([LR])?\s*([0-9]{1,2})(?:\.0+)?\s*([A-E])?\s*(\(k\))?", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)
_SIDES: dict[str, Side] = {"L": "left", "R": "right", "": "both"}


def parse_aus(text: str) -> tuple[AUAnnotation, ...]:
    """The annotations of one cell, in its order; none for an empty cell.

    ``(k)`` marks an item that the coders' public loader counts as absent. ``or`` joins items that the coder could not
    decide between: they become one undecided annotation that keeps all of them.

    Raises:
        ValueError: when an item is none of this; nothing is guessed.
    """
    if not text.strip():
        return ()
    return tuple(_undecided([_item(choice) for choice in _OR.split(part.strip())]) for part in text.split("+"))


def _undecided(choices: list[AUAnnotation]) -> AUAnnotation:
    first = choices[0]
    if len(choices) == 1:
        return first
    return AUAnnotation(first.au, first.side, first.intensity, "undecided", tuple(choices))


def _item(text: str) -> AUAnnotation:
    match = _ITEM.fullmatch(text.strip())
    if not match or int(match[2]) == 0:
        raise ValueError(f"{text!r} is not an action unit")
    level: Grade | None = match[3].upper() if match[3] else None  # type: ignore[assignment]
    return AUAnnotation(
        f"AU{int(match[2])}",
        _SIDES[(match[1] or "").upper()],
        level,
        "absent" if match[4] else "present",
    )

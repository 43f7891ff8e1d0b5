"""One clip's plan from a seed: who performs what, and how it is seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator

from cot_engine.facs import LABEL_SETS, Label, Prototype
from cot_engine.studio.behaviour import blinks, glance, head_motion, speech
from cot_engine.studio.plan import ClipPlan
from cot_engine.studio.scenery import draw_scene
from cot_engine.studio.score import CAN_BE_ONE_SIDED, ONE_SIDED, Score

Split = Literal["train", "test"]

# A clip drawn from no expression at all: single movements, one-sided ones, a random mix.
NO_EXPRESSION = "none"

# Test people have seeds from here on, training people below.
TEST_ACTORS = 1_000_000
CLIPS_AN_ACTOR = 3
# So many people lie between the first of one seed and the first of the next.
PEOPLE_A_SEED = 1000

_BASIC = LABEL_SETS["basic-7"]
_EMOTIONS = tuple(label for label in _BASIC.labels if label.prototypes)
_COMPOUNDS = tuple(label for label in LABEL_SETS["compound-23"].labels if _BASIC.find(label.name) is None)

# AUs that random movements are drawn from, the rarer in prototypes the more often: once, twice or three times in the deck.
_DECK = tuple(
    f"AU{n}"
    for n in (
        *(1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 18, 20, 22, 23, 24, 27, 28, 30, 34, 43, 46, 61, 62, 63, 64),
        *(14, 16, 18, 22, 23, 24, 27, 28, 30, 34, 43, 46, 6, 9, 12, 20, 61, 62, 63, 64),
        *(18, 22, 24, 27, 28, 30, 34, 43, 46, 22, 24, 28, 34, 43, 46),
    )
)
_GAZE = frozenset({"AU61", "AU62", "AU63", "AU64"})
_DIFFICULT = frozenset({"AU27", "AU28", "AU34", "AU43", "AU46"})
_HEAD = tuple(f"AU{n}" for n in range(51, 57))

# Kinds of clips in every 25, spread so that any stretch of a data set holds all of them.
_KINDS = (
    *("prototype", "free", "contradicting", "talking", "micro", "prototype", "one-sided", "free"),
    *("compound", "prototype", "neutral", "free", "prototype", "talking", "one-sided", "free", "micro"),
    *("free", "compound", "prototype", "contradicting", "free", "one-sided", "neutral", "free"),
)


@dataclass
class _Take:
    """What the drawing of one clip shares: ``start_s`` is the end of the neutral beginning, ``turns`` head AUs to come."""

    rng: Generator
    score: Score
    index: int
    start_s: float
    duration_s: float
    turns: list[str]
    talking: list[tuple[float, float]]

    def add(self, au: str, strength: float, at: float, rise: float, hold: float, *, one_sided: bool = False) -> bool:
        """One movement around the given timing: each AU 0-0.15 s late, with its own pace, and slower down than up."""
        rng = self.rng
        if au in _HEAD:
            self.turns.append(au)
            return True
        side = self.score.draw_side() if one_sided else None
        rise = rise * float(rng.uniform(0.8, 1.2))
        fall = rise * float(rng.uniform(1.1, 2.2))
        if au == "AU43":
            # Shorter closings would be blinks.
            hold = max(hold, 0.7)
        level = float(np.clip(strength * rng.uniform(0.75, 1.25), 0.4, 5.0))
        return self.score.add(au, level, at + float(rng.uniform(0.0, 0.15)), rise, hold, fall, side=side)


def plan_clip(seed: int, index: int, *, split: Split) -> ClipPlan:
    """Clip ``index`` of the data set that ``seed`` names; the same arguments always give the same plan.

    The people of the two splits are disjoint, three clips a person. ``label`` is the name of the expression the score was drawn
    from: one of basic-7, ``contempt``, a compound of compound-23, or ``"none"`` where it was drawn from no expression. In
    a contradicting clip, movements of another expression are added to it.
    """
    rng = np.random.default_rng([seed, index, split == "test"])
    fps = float(rng.choice([25.0, 30.0]))
    frames = round(float(rng.uniform(2.0, 4.0)) * fps)
    duration = frames / fps
    begins_neutral = rng.random() >= 0.15
    start = float(rng.uniform(0.3, 0.8)) if begins_neutral else -float(rng.uniform(0.2, 0.8))
    take = _Take(rng, Score(rng), index, start, duration, [], [])
    kind = _KINDS[index % len(_KINDS)]
    label = _WRITERS[kind](take)
    # A face at rest and one that moves for half a second are nothing else.
    if kind not in ("neutral", "micro") and rng.random() < 0.6:
        _extras(take, 1)
    if rng.random() < 0.3:
        glance(take.score, rng, str(rng.choice(sorted(_GAZE))), max(start, 0.0) + float(rng.uniform(0.0, duration / 2)), 4.0)
    blinks(take.score, rng, duration)
    scene = draw_scene(rng, duration)
    times = np.arange(frames) / fps
    head = head_motion(rng, times, scene, max(start, 0.2), _turns(take), nod=bool(rng.random() < 0.1))
    return ClipPlan(
        clip=f"{split}-s{seed}-{index:06d}",
        seed=seed * 1_000_000 + index,
        actor=_actor(seed, index, split),
        label=label,
        kind=kind,
        fps=fps,
        frames=frames,
        movements=tuple(sorted(take.score.movements, key=lambda m: (m.onset_s, m.au))),
        talking=tuple(take.talking),
        head=head,
        scene=scene,
    )


def _actor(seed: int, index: int, split: Split) -> int:
    """Seeds take their people from different thousands, so that two data sets of one split share none unless one is larger."""
    person = (seed % 900 * PEOPLE_A_SEED + index // CLIPS_AN_ACTOR) % TEST_ACTORS
    return person + (TEST_ACTORS if split == "test" else 0)


def _turns(take: _Take) -> tuple[str, ...]:
    """Head movements: those the expression brings, mostly one more, sometimes two; at most one about each axis."""
    rng = take.rng
    if rng.random() < 0.6:
        # Another rhythm than that of the expressions: no head movement may tell the label.
        take.turns.append(_HEAD[take.index // 7 % len(_HEAD)])
    if rng.random() < 0.2:
        take.turns.append(str(rng.choice(_HEAD)))
    by_axis = {(int(au[2:]) - 51) // 2: au for au in take.turns}
    return tuple(by_axis.values())


def _strength(rng: Generator, low: float = 0.8, high: float = 5.0) -> float:
    """All grades alike, but traces (A) rarer."""
    return float(rng.uniform(0.4, 1.0) if rng.random() < 0.08 else rng.uniform(low, high))


def _pick(rng: Generator, labels: Sequence[Label]) -> Label:
    return labels[int(rng.integers(len(labels)))]


def _express(take: _Take, prototype: Prototype, strength: float, *, drop: float = 0.12, one_sided: bool = False) -> None:
    """The AUs of a prototype together: core ones but for a few that are missing, some of the optional ones."""
    rng = take.rng
    room = max(0.2, take.duration_s - take.start_s - 1.0)
    at = take.start_s + (float(rng.uniform(0.0, 0.5)) * room if take.start_s > 0 else 0.0)
    rise, hold = float(rng.uniform(0.1, 0.6)), float(rng.uniform(0.2, 0.9)) * room
    core = [au for au in sorted(prototype.core) if rng.random() >= drop] or sorted(prototype.core)[:1]
    optional = [au for au in sorted(prototype.optional) if rng.random() < 0.3]
    if "AU27" in optional:
        # The stretch brings its own jaw drop and parted lips.
        core = [au for au in core if au not in ("AU25", "AU26")]
    for au in (*optional, *core):
        take.add(au, strength, at, rise, hold, one_sided=one_sided and au in CAN_BE_ONE_SIDED)


def _prototype(take: _Take) -> str:
    label = _EMOTIONS[take.index % len(_EMOTIONS)]
    _express(take, label.prototypes[int(take.rng.integers(len(label.prototypes)))], _strength(take.rng))
    return label.name


def _contradicting(take: _Take) -> str:
    """An expression, and two or three AUs that belong to another one and not to it."""
    picked = take.rng.choice(len(_EMOTIONS), 2, replace=False)
    label, other = _EMOTIONS[int(picked[0])], _EMOTIONS[int(picked[1])]
    _express(take, label.prototypes[0], _strength(take.rng, 1.5))
    own = {au for prototype in label.prototypes for au in prototype.core | prototype.optional}
    foreign = sorted({au for prototype in other.prototypes for au in prototype.core} - own)
    for au in take.rng.permutation(foreign)[: int(take.rng.integers(2, 4))]:
        _single(take, str(au), _strength(take.rng, 1.0))
    return label.name


def _compound(take: _Take) -> str:
    label = _pick(take.rng, _COMPOUNDS)
    _express(take, label.prototypes[0], _strength(take.rng, 1.5), drop=0.0)
    return label.name


def _neutral(take: _Take) -> str:
    """A face at rest, with small movements up to grade B and a glance."""
    for au in take.rng.choice(_DECK, int(take.rng.integers(0, 3)), replace=False):
        if au not in ("AU27", "AU46", "AU43"):
            _single(take, str(au), _strength(take.rng, 0.4, 1.6))
    return "neutral"


def _micro(take: _Take) -> str:
    """A few AUs of one expression, up to grade C, there for less than half a second."""
    rng = take.rng
    label = _pick(rng, _EMOTIONS)
    prototype = label.prototypes[int(rng.integers(len(label.prototypes)))]
    core = [au for au in sorted(prototype.core) if au not in ("AU43", *_HEAD)]
    chosen = rng.permutation(core)[: int(rng.integers(1, len(core) + 1))]
    at = float(rng.uniform(max(take.start_s, 0.2), max(0.5, take.duration_s - 0.6)))
    strength = _strength(rng, 0.8, 2.8)
    rise, hold, fall = float(rng.uniform(0.07, 0.15)), float(rng.uniform(0.0, 0.08)), float(rng.uniform(0.1, 0.2))
    for au in chosen:
        level = float(np.clip(strength * rng.uniform(0.8, 1.2), 0.5, 3.0))
        take.score.add(str(au), level, at + float(rng.uniform(0.0, 0.03)), rise, hold, fall)
    return label.name


def _talking(take: _Take) -> str:
    """Speech with pauses, on a face at rest or with the brows and eyes of an expression."""
    rng = take.rng
    at = max(take.start_s, 0.1)
    while at < take.duration_s - 0.8:
        end = min(take.duration_s + 0.3, at + float(rng.uniform(0.8, 2.5)))
        said = speech(rng, at, end)
        take.score.extend(said)
        take.talking.append((round(at, 4), round(max(m.offset_s for m in said), 4)))
        at = end + float(rng.uniform(0.25, 0.7))
    if rng.random() < 0.5:
        return "neutral"
    label = _EMOTIONS[take.index % len(_EMOTIONS)]
    _express(take, label.prototypes[0], _strength(rng, 1.5))
    return label.name


def _one_sided(take: _Take) -> str:
    """Contempt, or single movements of one side: a wink, a brow, a lip corner, a cheek."""
    rng = take.rng
    if rng.random() < 0.4:
        contempt = LABEL_SETS["basic-8"].find("contempt")
        assert contempt is not None
        side = take.score.draw_side()
        at, rise = max(take.start_s, 0.1) + float(rng.uniform(0.0, 0.5)), float(rng.uniform(0.15, 0.6))
        for au in sorted(contempt.prototypes[0].core):
            level = float(np.clip(_strength(rng, 1.0, 4.0), 0.4, 5.0))
            take.score.add(
                au, level, at + float(rng.uniform(0, 0.1)), rise, float(rng.uniform(0.3, 1.2)), 1.5 * rise, side=side
            )
        return contempt.name
    for au in rng.permutation(sorted(CAN_BE_ONE_SIDED & set(_DECK)))[: int(rng.integers(1, 4))]:
        _single(take, str(au), _strength(rng, 1.0), one_sided=True)
    return NO_EXPRESSION


def _free(take: _Take) -> str:
    """Five to seven random AUs in any order, a third of them on one side."""
    _extras(take, int(take.rng.integers(5, 8)))
    return NO_EXPRESSION


def _extras(take: _Take, count: int) -> None:
    """``count`` AUs from the deck; its place moves with the clip's index, so that every AU has its turn."""
    rng = take.rng
    deck = np.random.default_rng(take.index // 9).permutation(len(_DECK))
    first = take.index * 7 % len(_DECK)
    chosen = {_DECK[int(deck[(first + step) % len(_DECK)])] for step in range(count)}
    # What fits beside least comes first.
    for au in sorted(chosen, key=lambda au: (au not in _DIFFICULT, au)):
        one_sided = au in CAN_BE_ONE_SIDED and rng.random() < 0.35
        _single(take, au, _strength(rng, 3.0 if au in ("AU27", "AU46") else 0.8), one_sided=one_sided)


def _single(take: _Take, au: str, strength: float, *, one_sided: bool = False) -> None:
    """One AU somewhere in the clip; ever shorter ones are tried until one fits the rest of the score."""
    rng = take.rng
    for attempt in range(12):
        longest = 1.0 / (1 + attempt / 4)
        at = float(rng.uniform(take.start_s, max(take.start_s + 0.1, take.duration_s - 0.7)))
        if au in _GAZE:
            before = len(take.score.movements)
            glance(take.score, rng, au, at, max(strength, 1.0))
            if len(take.score.movements) > before:
                return
        else:
            rise, hold = (float(t) for t in rng.uniform(0.1, (0.5 * longest + 0.1, longest + 0.1)))
            if take.add(au, strength, at, rise, hold, one_sided=one_sided or au in ONE_SIDED):
                return


_WRITERS: dict[str, Callable[[_Take], str]] = {
    "prototype": _prototype,
    "contradicting": _contradicting,
    "compound": _compound,
    "neutral": _neutral,
    "micro": _micro,
    "talking": _talking,
    "one-sided": _one_sided,
    "free": _free,
}

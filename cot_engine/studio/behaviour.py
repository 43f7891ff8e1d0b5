"""What every face does beside its expression: blinks, glances, head movements, speech."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cot_engine.studio.motion import ease
from cot_engine.studio.plan import Movement, Scene
from cot_engine.studio.score import Score

# Degrees beyond which the camera would no longer see a face: yaw, pitch, roll of scene and head together.
_LIMITS = (48.0, 28.0, 28.0)


def blinks(score: Score, rng: Generator, duration_s: float) -> None:
    """10-20 blinks (AU45) a minute, each of 0.15-0.35 s, faster down than up."""
    at = float(rng.exponential(60.0 / rng.uniform(10.0, 20.0)))
    while at < duration_s:
        length = float(rng.uniform(0.15, 0.35))
        down, shut = 0.35 * length, 0.15 * length
        score.add("AU45", float(rng.uniform(4.5, 5.0)), at, down, shut, length - down - shut)
        at += length + 0.3 + float(rng.exponential(60.0 / rng.uniform(10.0, 20.0)))


def glance(score: Score, rng: Generator, au: str, onset_s: float, strongest: float = 5.0) -> None:
    """The eyes jump aside, rest there, and come back (AU61-64)."""
    jump = rng.uniform(0.05, 0.12, 2)
    score.add(au, float(rng.uniform(0.8, strongest)), onset_s, float(jump[0]), float(rng.uniform(0.2, 1.2)), float(jump[1]))


def speech(rng: Generator, start_s: float, end_s: float) -> list[Movement]:
    """Jaw and lips in 4-6 cycles a second: AU26 with AU25, in some syllables rounded, pressed or pushed lips instead."""
    rate = float(rng.uniform(4.0, 6.0))
    loud = float(rng.uniform(1.2, 3.5))
    movements = []
    at = start_s
    while at + 1.4 / rate <= end_s:
        length = float(rng.uniform(0.9, 1.1)) / rate
        strength = loud * float(rng.uniform(0.5, 1.3))
        kind = rng.choice(["open", "round", "funnel", "low", "chin", "closed"], p=[0.56, 0.1, 0.1, 0.1, 0.07, 0.07])
        parts = {
            "open": {"AU25": 1.0, "AU26": 0.9},
            "round": {"AU18": 0.9, "AU26": 0.4, "AU25": 0.4},
            "funnel": {"AU22": 0.8, "AU25": 0.9, "AU26": 0.5},
            "low": {"AU16": 0.8, "AU25": 0.9, "AU26": 0.4},
            "chin": {"AU17": 0.7},
            "closed": {"AU24": 0.6},
        }[str(kind)]
        for au, part in parts.items():
            level = round(float(np.clip(part * strength, 0.5, 5.0)), 3)
            # Each syllable runs into the next: the lips do not come to rest in between.
            onset, apex, hold, offset = (round(at + share * length, 4) for share in (0.0, 0.45, 0.55, 1.25))
            movements.append(Movement(au, "both", onset, apex, hold, offset, level, level))
        at += length
    return movements


def head_motion(
    rng: Generator, times_s: NDArray[np.float64], scene: Scene, start_s: float, turns: tuple[str, ...], *, nod: bool
) -> NDArray[np.float64]:
    """(T, 3) degrees that the head adds to the scene's pose: a slow drift, the turns asked for (AU51-56), and nods.

    A turn that would take the face out of the camera's sight is cut short.
    """
    head = np.zeros((len(times_s), 3))
    for axis, reach in enumerate((2.5, 2.0, 1.5)):
        speed, phase = rng.uniform(0.1, 0.5), rng.uniform(0, 2 * np.pi)
        drift = np.sin(2 * np.pi * speed * times_s + phase)
        head[:, axis] += rng.uniform(0.2, reach) * (drift - drift[0])
    last = float(times_s[-1])
    for turn in turns:
        axis, direction = divmod(int(turn.removeprefix("AU")) - 51, 2)
        angle = float(rng.uniform(12.0, 26.0)) * (1 if direction == 0 else -1)
        begin = start_s + float(rng.uniform(0.0, 0.8))
        rise, hold, fall = rng.uniform(0.25, 0.7), rng.uniform(0.2, 1.0), rng.uniform(0.3, 0.8)
        back = ease((times_s - begin - rise - hold) / fall) if rng.random() < 0.7 else 0.0
        head[:, axis] += angle * (ease((times_s - begin) / rise) - back)
    if nod:
        begin, rate = start_s + float(rng.uniform(0.0, 0.6)), float(rng.uniform(1.2, 2.2))
        end = min(begin + 2.5 / rate, last)
        inside = ease((times_s - begin) / 0.15) - ease((times_s - end + 0.15) / 0.15)
        head[:, 1] -= float(rng.uniform(6.0, 13.0)) * np.sin(2 * np.pi * rate * (times_s - begin)) * inside
    pose = np.array([scene.yaw, scene.pitch, scene.roll])
    added: NDArray[np.float64] = np.clip(head + pose, [-limit for limit in _LIMITS], _LIMITS) - pose
    return np.asarray(added.round(4))

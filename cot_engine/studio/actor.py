"""An actor: one made-up person, drawn from a seed. The same seed gives the same person everywhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cot_engine.studio.rig import Array, Rig, load_rig

ANCESTRIES = ("african", "asian", "caucasian")
# anny's age slider: 1/3 child, 2/3 young adult, 1 old.
_YOUNGEST, _OLDEST = 0.5, 1.0
_AGES = ((0.68, "young"), (0.85, "middle"), (2.0, "old"))
# Six tones from very light to very dark, 8-bit sRGB (about Fitzpatrick I to VI); an actor's tone lies between two of them.
_TONES = np.array(((247, 222, 206), (236, 200, 176), (219, 172, 140), (190, 138, 103), (141, 93, 65), (89, 58, 44))) / 255.0
# anny's interpolation anchors, in the order of its variations after ancestry.
_ANCHORS = {
    "gender": np.linspace(0, 1, 2),
    "age": np.linspace(-1 / 3, 1, 5),
    **{name: np.linspace(0, 1, n) for name, n in (("muscle", 3), ("weight", 3), ("height", 2), ("proportions", 2))},
    **{name: np.linspace(0, 1, 3) for name in ("cupsize", "firmness")},
}
_TONE_NAMES = ("light", "medium", "dark")
_HAIR = np.array(((20, 16, 14), (45, 30, 22), (84, 58, 38), (150, 108, 66), (196, 160, 104), (128, 62, 36))) / 255.0
_GREY = np.array((168, 166, 164)) / 255.0
_IRIS = np.array(((58, 36, 22), (92, 60, 34), (104, 92, 54), (74, 100, 84), (88, 120, 150), (120, 132, 140))) / 255.0
_CLOTH = np.array(((30, 34, 44), (120, 30, 36), (44, 82, 120), (190, 186, 176), (60, 90, 60), (90, 70, 110))) / 255.0


@dataclass(frozen=True)
class Look:
    """Colours are RGB in 0-1; ``tone`` runs from 0 (very light) to 1 (very dark)."""

    tone: float
    skin: NDArray[np.float64]
    hair: NDArray[np.float64]
    brows: NDArray[np.float64]
    iris: NDArray[np.float64]
    cloth: NDArray[np.float64]
    lips: float
    brow_width: float
    brow_density: float
    age: float
    hairstyle: str
    beard: str
    glasses: bool


@dataclass(frozen=True)
class Actor:
    """``rest``: (V, 3) the neutral face in metres; ``groups``: what bench tables are broken down by."""

    seed: int
    rest: Array
    look: Look
    groups: dict[str, str]


def make_actor(seed: int) -> Actor:
    """The person of this seed."""
    rng = np.random.default_rng((seed, 1))
    gender = float(np.clip(rng.choice((0.1, 0.9)) + rng.normal(0, 0.08), 0, 1))
    age = float(rng.uniform(_YOUNGEST, _OLDEST))
    ancestry = rng.dirichlet((0.5, 0.5, 0.5))
    look = _draw_look(rng, age, gender)
    sliders = {
        "gender": gender,
        "age": age,
        "muscle": float(rng.uniform(0.3, 0.7)),
        "weight": float(rng.uniform(0.25, 0.75)),
        **dict(zip(ANCESTRIES, map(float, ancestry), strict=True)),
    }
    changes = rng.normal(0.0, 0.22, len(load_rig().local_names)).clip(-0.5, 0.5)
    groups = {
        "age": next(name for limit, name in _AGES if age < limit),
        # anny's slider: 0 is male, 1 is female.
        "gender": "male" if gender < 0.5 else "female",
        "ancestry": ANCESTRIES[int(ancestry.argmax())],
        "skin_tone": _TONE_NAMES[min(int(look.tone * 3), 2)],
    }
    return Actor(seed, _rest(sliders, changes), look, groups)


def _draw_look(rng: np.random.Generator, age: float, gender: float) -> Look:
    tone = float(rng.uniform(0, 1))
    place = tone * (len(_TONES) - 1)
    skin = np.array([np.interp(place, np.arange(len(_TONES)), _TONES[:, c]) for c in range(3)])
    skin = (skin * (1 + rng.normal(0, 0.03, 3))).clip(0, 1)

    # The darker the skin, the likelier dark hair and eyes; no combination is excluded.
    def pick(choices: int) -> int:
        return min(int(rng.exponential(0.5 + 2.2 * (1 - tone))), choices - 1)

    hair = _HAIR[pick(len(_HAIR))]
    grey = float(np.clip((age - 0.75) * 4 * rng.uniform(0, 1.3), 0, 0.9))
    hair = (1 - grey) * hair + grey * _GREY
    brows = (0.8 if grey < 0.5 else 0.9) * hair
    # Brows that are hardly darker than the skin exist, but not ones that cannot be seen at all.
    brows = np.minimum(brows, 0.75 * skin)
    male = gender < 0.5
    return Look(
        tone=tone,
        skin=skin,
        hair=hair,
        brows=brows,
        iris=_IRIS[pick(len(_IRIS))],
        cloth=_CLOTH[rng.integers(len(_CLOTH))],
        lips=float(rng.uniform(0.25, 0.75) if male else rng.uniform(0.45, 1.0)),
        brow_width=float(rng.uniform(0.8, 1.4) if male else rng.uniform(0.6, 1.1)),
        brow_density=float(rng.uniform(0.65, 1.0)),
        age=age,
        hairstyle=str(
            rng.choice(("short", "long", "bald", "cap"), p=(0.5, 0.15, 0.2, 0.15) if male else (0.3, 0.55, 0.02, 0.13))
        ),
        beard=str(rng.choice(("none", "stubble", "moustache", "full"), p=(0.5, 0.25, 0.07, 0.18))) if male else "none",
        glasses=bool(rng.random() < 0.15),
    )


def _rest(sliders: dict[str, float], changes: NDArray[np.float64]) -> Array:
    rig = load_rig()
    rest = rig.template + np.tensordot(phenotype_weights(rig.phenotype_mask, sliders), rig.phenotypes, 1)
    for amount, (more, less) in zip(_mirrored(rig, changes), rig.local, strict=True):
        rest = rest + abs(amount) * (more if amount > 0 else less)
    return np.asarray(rest, np.float32)


def phenotype_weights(mask: NDArray[np.float64], sliders: dict[str, float]) -> NDArray[np.float32]:
    """(P,) weight of each phenotype shape: the product of the interpolation weights of the variations it belongs to.

    The same as ``anny.models.phenotype.phenotype_blendshape_weights`` (a test compares them). anny is not called here because
    it loads torch and warp, and their LLVM crashes the process once VTK has opened its software renderer.
    """
    columns = [np.array([sliders[name] for name in ANCESTRIES]) / sum(sliders[name] for name in ANCESTRIES)]
    for name, anchors in _ANCHORS.items():
        columns.append(np.array([np.interp(sliders.get(name, 0.5), anchors, unit) for unit in np.eye(len(anchors))]))
    return np.asarray(np.prod(np.where(mask > 0, np.concatenate(columns), 1.0), axis=1), np.float32)


def _mirrored(rig: Rig, changes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Left and right change alike, but not quite: faces are a little asymmetric."""
    names = [str(name) for name in rig.local_names]
    mirrored = changes.copy()
    for i, name in enumerate(names):
        if name.startswith("r-"):
            mirrored[i] = 0.85 * changes[names.index("l-" + name[2:])] + 0.15 * changes[i]
        elif name.endswith("trans-out") and not name.startswith("l-"):
            mirrored[i] = 0.3 * changes[i]
    return mirrored

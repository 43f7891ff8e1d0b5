"""The FACS codebook: action units, the A-E intensity scale, emotion prototypes and label sets.

Names follow FACS 2002 (Ekman, Friesen & Hager). Prototypes come from EMFACS-style tables and from Du, Tao & Martinez
(PNAS 2014, "Compound facial expressions of emotion"); each set below names its source. Pure data, no dependency.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from cot_engine.errors import Refusal

Side = Literal["left", "right", "both"]
Region = Literal["brow", "eye", "nose", "cheek", "mouth", "chin", "jaw", "neck", "head", "gaze"]
Grade = Literal["A", "B", "C", "D", "E"]


@dataclass(frozen=True)
class ActionUnit:
    """One FACS facial movement. ``sided`` is true when its left and right halves can move alone."""

    number: int
    name: str
    region: Region
    sided: bool

    @property
    def code(self) -> str:
        return f"AU{self.number}"


def _unit(number: int, name: str, region: Region, *, sided: bool = False) -> ActionUnit:
    return ActionUnit(number, name, region, sided)


ACTION_UNITS: dict[str, ActionUnit] = {
    unit.code: unit
    for unit in (
        _unit(1, "inner brow raiser", "brow", sided=True),
        _unit(2, "outer brow raiser", "brow", sided=True),
        _unit(4, "brow lowerer", "brow", sided=True),
        _unit(5, "upper lid raiser", "eye", sided=True),
        _unit(6, "cheek raiser", "cheek", sided=True),
        _unit(7, "lid tightener", "eye", sided=True),
        _unit(8, "lips toward each other", "mouth"),
        _unit(9, "nose wrinkler", "nose", sided=True),
        _unit(10, "upper lip raiser", "mouth", sided=True),
        _unit(11, "nasolabial deepener", "cheek", sided=True),
        _unit(12, "lip corner puller", "mouth", sided=True),
        _unit(13, "sharp lip puller", "mouth", sided=True),
        _unit(14, "dimpler", "mouth", sided=True),
        _unit(15, "lip corner depressor", "mouth", sided=True),
        _unit(16, "lower lip depressor", "mouth", sided=True),
        _unit(17, "chin raiser", "chin"),
        _unit(18, "lip pucker", "mouth"),
        _unit(19, "tongue show", "mouth"),
        _unit(20, "lip stretcher", "mouth", sided=True),
        _unit(21, "neck tightener", "neck", sided=True),
        _unit(22, "lip funneler", "mouth"),
        _unit(23, "lip tightener", "mouth"),
        _unit(24, "lip pressor", "mouth"),
        _unit(25, "lips part", "mouth"),
        _unit(26, "jaw drop", "jaw"),
        _unit(27, "mouth stretch", "jaw"),
        _unit(28, "lip suck", "mouth"),
        _unit(29, "jaw thrust", "jaw"),
        _unit(30, "jaw sideways", "jaw", sided=True),
        _unit(32, "lip bite", "mouth"),
        _unit(34, "cheek puff", "cheek", sided=True),
        _unit(38, "nostril dilator", "nose", sided=True),
        _unit(39, "nostril compressor", "nose", sided=True),
        _unit(43, "eyes closed", "eye", sided=True),
        _unit(44, "squint", "eye", sided=True),
        _unit(45, "blink", "eye", sided=True),
        _unit(46, "wink", "eye", sided=True),
        _unit(51, "head turn left", "head"),
        _unit(52, "head turn right", "head"),
        _unit(53, "head up", "head"),
        _unit(54, "head down", "head"),
        _unit(55, "head tilt left", "head"),
        _unit(56, "head tilt right", "head"),
        _unit(57, "head forward", "head"),
        _unit(58, "head back", "head"),
        _unit(61, "eyes turn left", "gaze"),
        _unit(62, "eyes turn right", "gaze"),
        _unit(63, "eyes up", "gaze"),
        _unit(64, "eyes down", "gaze"),
    )
}

# FACS 2002 names of the five strengths.
GRADE_WORDS: dict[Grade, str] = {"A": "trace", "B": "slight", "C": "marked", "D": "severe", "E": "maximum"}


def au_code(value: str | int | float) -> str | None:
    """``"AU06"``, ``"au_6"``, ``6`` or ``"6.0"`` -> ``"AU6"``; None when it names no known action unit.

    The one place where numbers are padded and unpadded.
    """
    text = str(value).strip().lower().removeprefix("au").strip(" _-").removesuffix(".0")
    # Not isdigit: that also takes superscripts, which int() does not.
    if not text.isdecimal() or len(text) > 4:
        return None
    code = f"AU{int(text)}"
    return code if code in ACTION_UNITS else None


def grade(intensity: float) -> Grade | None:
    """FACS letter of an intensity in 0-5: (0, 1] is A, (1, 2] is B, ... (4, 5] is E; None at 0.

    Integer codes A=1 ... E=5 (DISFA's convention) map to their own letter.
    Raises ValueError outside 0-5.
    """
    if not 0 <= intensity <= 5:
        raise ValueError(f"intensity {intensity} is outside 0-5")
    return None if intensity == 0 else "ABCDE"[math.ceil(intensity) - 1]  # type: ignore[return-value]


@dataclass(frozen=True)
class Prototype:
    """One way an expression is usually shown: ``core`` AUs are expected, ``optional`` ones are often seen with it."""

    core: frozenset[str]
    optional: frozenset[str] = frozenset()
    one_sided: bool = False


@dataclass(frozen=True)
class Label:
    """A named expression; ``aliases`` are other spellings seen in datasets (labels are always mapped by name)."""

    name: str
    prototypes: tuple[Prototype, ...] = ()
    aliases: tuple[str, ...] = ()


# Below this probability no label is given. The codebook, whose probabilities are calibrated, answers five studio clips of six
# there, two thirds of them rightly.
THRESHOLD = 0.3


@dataclass(frozen=True)
class LabelSet:
    name: str
    labels: tuple[Label, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(label.name for label in self.labels)

    @property
    def speaking_for(self) -> dict[str, list[str]]:
        """AU -> the labels to the core of which it belongs, by its number; "contempt if on one side" where that matters."""
        told: dict[str, list[str]] = {}
        for label in self.labels:
            one_sided = bool(label.prototypes) and all(prototype.one_sided for prototype in label.prototypes)
            for au in frozenset().union(*(prototype.core for prototype in label.prototypes)):
                told.setdefault(au, []).append(f"{label.name} if on one side" if one_sided else label.name)
        return dict(sorted(told.items(), key=lambda item: ACTION_UNITS[item[0]].number))

    def find(self, name: str) -> Label | None:
        """The label called ``name`` or one of its aliases, ignoring case and surrounding punctuation."""
        wanted = name.strip(" .!\"'*_`\n\t").casefold()
        for label in self.labels:
            if wanted in (label.name.casefold(), *(alias.casefold() for alias in label.aliases)):
                return label
        return None


def _proto(core: str, optional: str = "", *, one_sided: bool = False) -> Prototype:
    return Prototype(frozenset(f"AU{n}" for n in core.split()), frozenset(f"AU{n}" for n in optional.split()), one_sided)


# Core and optional AUs: EMFACS-style rows; variants: EmotioNet / Du et al. 2014 (12+25, 4+15, 1+4+20+25, 4+7+24, 9+10+17).
_NEUTRAL = Label("neutral", (), ("calm", "no expression"))
_HAPPINESS = Label("happiness", (_proto("6 12", "25 10 26"), _proto("12 25", "6 10")), ("happy", "joy", "joyful"))
_SADNESS = Label("sadness", (_proto("1 4 15", "17 43 64 54"), _proto("4 15", "1 17")), ("sad",))
_SURPRISE = Label("surprise", (_proto("1 2 5 26", "25 27"), _proto("1 2 25 26", "5 27")), ("surprised",))
_FEAR = Label("fear", (_proto("1 2 4 5 20 26", "7 25"), _proto("1 4 20 25", "2 5 7 26")), ("fearful", "scared", "afraid"))
_ANGER = Label("anger", (_proto("4 5 7 23", "10 17 24 25"), _proto("4 7 24", "10 17 23")), ("angry",))
_DISGUST = Label("disgust", (_proto("9 15 16", "4 10 17 25"), _proto("9 10 17", "4 7 16 25")), ("disgusted",))
_CONTEMPT = Label("contempt", (_proto("12 14", one_sided=True), _proto("14", "12", one_sided=True)), ("contemptuous",))

# Du et al. 2014 as carried by three public loaders (EmotioNet's 23 categories).
_COMPOUND = {
    "happily sad": "4 6 12 25",
    "happily surprised": "1 2 12 25",
    "happily disgusted": "10 12 25",
    "sadly fearful": "1 4 15 25",
    "sadly angry": "4 7 15",
    "sadly surprised": "1 4 25 26",
    "sadly disgusted": "4 10",
    "fearfully angry": "4 20 25",
    "fearfully surprised": "1 2 5 20 25",
    "fearfully disgusted": "1 4 10 20 25",
    "angrily surprised": "4 25 26",
    "angrily disgusted": "4 10 17",
    "disgustedly surprised": "1 2 5 10",
    "happily fearful": "1 2 12 25 26",
    "awed": "1 2 5 25",
    "appalled": "4 9 10",
    "hatred": "4 7 10",
}

# MAFW's four extra classes have no published AU prototype; these rows are this project's reading of the FACS literature.
_ANXIETY = Label("anxiety", (_proto("1 4 20", "2 24 28"), _proto("4 14 24", "1 28")), ("anxious", "worried"))
_HELPLESSNESS = Label("helplessness", (_proto("1 4", "15 17 14"),), ("helpless",))
_DISAPPOINTMENT = Label("disappointment", (_proto("14 15 17", "1 4 24"), _proto("15 17", "14 64")), ("disappointed",))

# Academic emotions: AU correlates in McDaniel et al. 2007, "Facial features for affective state detection in learning
# environments" (confusion 4+7, delight 7+12+25+26, frustration 12 with brow action); boredom had no reliable AU there, and
# the lowered lids and gaze are this project's reading. Engagement (flow) is an attentive face with little movement.
_ACADEMIC = (
    Label("engagement", (), ("engaged", "flow", "concentration")),
    Label("confusion", (_proto("4 7", "1 17"), _proto("4", "7 14")), ("confused",)),
    Label("frustration", (_proto("4 12 14", "1 2 24"), _proto("4 24", "14 17 23")), ("frustrated",)),
    Label("boredom", (_proto("43", "64 54 26"),), ("bored",)),
    Label("delight", (_proto("6 12", "25 26 7"), _proto("12 25", "6 26")), ("delighted",)),
)

_BASIC = (_SURPRISE, _FEAR, _DISGUST, _HAPPINESS, _SADNESS, _ANGER, _NEUTRAL)

LABEL_SETS: dict[str, LabelSet] = {
    label_set.name: label_set
    for label_set in (
        LabelSet("basic-7", _BASIC),
        LabelSet("basic-8", (*_BASIC, _CONTEMPT)),
        LabelSet(
            "compound-23",
            (*_BASIC[:6], *(Label(name, (_proto(aus),)) for name, aus in _COMPOUND.items())),
        ),
        LabelSet(
            "mafw-11",
            (
                _ANGER,
                _DISGUST,
                _FEAR,
                _HAPPINESS,
                _NEUTRAL,
                _SADNESS,
                _SURPRISE,
                _CONTEMPT,
                _ANXIETY,
                _HELPLESSNESS,
                _DISAPPOINTMENT,
            ),
        ),
        LabelSet(
            "micro-3",
            (
                Label(
                    "negative",
                    tuple(p for label in (_SADNESS, _FEAR, _ANGER, _DISGUST, _CONTEMPT) for p in label.prototypes),
                ),
                Label("positive", _HAPPINESS.prototypes),
                Label("surprise", _SURPRISE.prototypes),
            ),
        ),
        LabelSet("academic-5", _ACADEMIC),
    )
}


def load_label_set(name: str) -> LabelSet:
    """A built-in set by name, or the user's own from a YAML file.

    The file holds ``name`` and ``labels``; a label holds ``name``, optional ``aliases`` and optional ``prototypes``, each
    with ``core``, optional ``optional`` (lists of AU numbers) and optional ``one_sided``. A label without a prototype is
    one that is shown by stillness.

    Raises:
        Refusal: ``bad_labels`` when the name is unknown or the file breaks this form.
    """
    if name in LABEL_SETS:
        return LABEL_SETS[name]
    known = f"Choose one of {', '.join(LABEL_SETS)}, or give the path of a YAML file."
    if not name.endswith((".yaml", ".yml")):
        raise Refusal("bad_labels", f"No label set is called {name!r}.", known)
    import yaml

    try:
        data = yaml.safe_load(Path(name).read_text(encoding="utf-8"))
        label_set = LabelSet(str(data["name"]), tuple(_read_label(row) for row in _list(data["labels"], "labels")))
        names = [name.casefold() for label in label_set.labels for name in (label.name, *label.aliases)]
        if not names or len(set(names)) < len(names):
            raise ValueError("it has no labels" if not names else "a name or alias stands in it twice")
        return label_set
    except OSError as error:
        raise Refusal("bad_labels", f"The label file {name} cannot be read ({error.strerror}).", known) from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise Refusal(
            "bad_labels",
            f"The label file {name} is not a label set: {error}.",
            "It needs 'name' and 'labels'; each label a 'name' and optional 'aliases' and 'prototypes' (lists of AU numbers).",
        ) from error


def _list(value: Any, what: str) -> list[Any]:
    # A string is a sequence too: AUs "12" would be read as 1 and 2.
    if not isinstance(value, list):
        raise ValueError(f"{what} is not a list")
    return value


def _read_label(row: dict[str, Any]) -> Label:
    if not isinstance(row, dict):
        raise ValueError(f"{row!r} is not a label")
    if unknown := set(row) - {"name", "aliases", "prototypes"}:
        raise ValueError(f"unknown keys {sorted(unknown)}")
    prototypes = []
    for entry in _list(row.get("prototypes", []), "prototypes"):
        if not isinstance(entry, dict):
            raise ValueError(f"{entry!r} is not a prototype")
        if unknown := set(entry) - {"core", "optional", "one_sided"}:
            raise ValueError(f"unknown keys {sorted(unknown)}")
        core, optional = (_read_aus(_list(entry.get(key, []), key)) for key in ("core", "optional"))
        prototypes.append(Prototype(core, optional, bool(entry.get("one_sided", False))))
    return Label(str(row["name"]), tuple(prototypes), tuple(map(str, _list(row.get("aliases", []), "aliases"))))


def _read_aus(values: list[Any]) -> frozenset[str]:
    codes = {value: au_code(value) for value in values}
    if bad := [value for value, code in codes.items() if code is None]:
        raise ValueError(f"{bad} are not FACS action units")
    return frozenset(code for code in codes.values() if code)

"""How each action unit is said: movement words only, never an emotion, with the side and number made to agree."""

from dataclasses import dataclass

from cot_engine.evidence import Event


@dataclass(frozen=True)
class Phrase:
    """``noun`` is what moves. ``paired``: there is one on each side. ``verbs``: what it does, as (singular, plural)."""

    noun: str
    paired: bool
    verbs: tuple[tuple[str, str], ...]


def _be(*participles: str) -> tuple[tuple[str, str], ...]:
    return tuple((f"is {p}", f"are {p}") for p in participles)


def _do(*verbs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return verbs


PHRASES: dict[str, Phrase] = {
    "AU1": Phrase("inner brow", True, (*_be("raised"), *_do(("rises", "rise"), ("lifts", "lift")))),
    "AU2": Phrase("outer brow", True, (*_be("raised"), *_do(("rises", "rise"), ("lifts", "lift")))),
    "AU4": Phrase("brow", True, (*_be("lowered", "drawn down and together"), *_do(("lowers", "lower")))),
    "AU5": Phrase("upper lid", True, (*_be("raised"), *_do(("rises", "rise"), ("lifts", "lift")))),
    "AU6": Phrase("cheek", True, (*_be("raised"), *_do(("rises", "rise"), ("lifts", "lift")))),
    "AU7": Phrase("lid", True, (*_be("tightened"), *_do(("tightens", "tighten")))),
    "AU8": Phrase("lips", False, _do(("are pulled toward each other", "are pulled toward each other"))),
    "AU9": Phrase("nose", False, (*_be("wrinkled"), *_do(("wrinkles", "wrinkle")))),
    "AU10": Phrase("upper lip", False, (*_be("raised"), *_do(("rises", "rise"), ("lifts", "lift")))),
    "AU11": Phrase("nasolabial fold", True, _do(("deepens", "deepen"))),
    "AU12": Phrase("lip corner", True, (*_be("drawn up and back", "pulled upward", "drawn up towards the cheekbone"),)),
    "AU13": Phrase("lip corner", True, _be("pulled up sharply")),
    "AU14": Phrase("lip corner", True, _be("tightened inward", "drawn into a dimple")),
    "AU15": Phrase("lip corner", True, _be("pulled down", "drawn downward", "depressed")),
    "AU16": Phrase("lower lip", False, _be("pulled down", "depressed")),
    "AU17": Phrase("chin", False, (*_be("raised", "pushed up"),)),
    "AU18": Phrase("lips", False, _do(("pucker", "pucker"), ("are puckered", "are puckered"))),
    "AU19": Phrase("tongue", False, _do(("shows", "show"))),
    "AU20": Phrase("lip corner", True, _be("stretched sideways", "stretched back")),
    "AU21": Phrase("neck", False, _do(("tightens", "tighten"))),
    "AU22": Phrase("lips", False, _do(("funnel", "funnel"), ("are funneled", "are funneled"))),
    "AU23": Phrase("lips", False, _do(("tighten", "tighten"), ("are tightened", "are tightened"))),
    "AU24": Phrase("lips", False, _do(("are pressed together", "are pressed together"), ("press together", "press together"))),
    "AU25": Phrase("lips", False, _do(("part", "part"), ("are parted", "are parted"), ("come apart", "come apart"))),
    "AU26": Phrase("jaw", False, _do(("drops", "drop"), ("is lowered", "are lowered"))),
    "AU27": Phrase("mouth", False, _do(("is stretched wide open", "are stretched wide open"))),
    "AU28": Phrase("lips", False, _do(("are sucked in", "are sucked in"), ("are rolled in", "are rolled in"))),
    "AU29": Phrase("jaw", False, _do(("is thrust forward", "are thrust forward"))),
    "AU30": Phrase("jaw", False, _do(("moves sideways", "move sideways"))),
    "AU32": Phrase("lip", False, _do(("is bitten", "are bitten"))),
    "AU34": Phrase("cheek", True, _be("puffed out")),
    "AU38": Phrase("nostril", True, (*_be("flared"), *_do(("widens", "widen")))),
    "AU39": Phrase("nostril", True, _be("compressed")),
    "AU43": Phrase("eye", True, (*_be("closed", "shut"),)),
    "AU44": Phrase("eye", True, _do(("squints", "squint"))),
    "AU45": Phrase("eye", True, _do(("blinks", "blink"))),
    "AU46": Phrase("eye", True, _do(("winks", "wink"))),
    "AU51": Phrase("head", False, _do(("turns to the person's left", ""), ("is turned to the person's left", ""))),
    "AU52": Phrase("head", False, _do(("turns to the person's right", ""), ("is turned to the person's right", ""))),
    "AU53": Phrase("head", False, _do(("tips up", ""), ("is raised", ""))),
    "AU54": Phrase("head", False, _do(("tips down", ""), ("is lowered", ""))),
    "AU55": Phrase("head", False, _do(("tilts to the person's left", ""), ("is tilted to the person's left", ""))),
    "AU56": Phrase("head", False, _do(("tilts to the person's right", ""), ("is tilted to the person's right", ""))),
    "AU57": Phrase("head", False, _do(("moves forward", ""))),
    "AU58": Phrase("head", False, _do(("moves back", ""))),
    "AU61": Phrase("eyes", False, _do(("turn to the person's left", "turn to the person's left"))),
    "AU62": Phrase("eyes", False, _do(("turn to the person's right", "turn to the person's right"))),
    "AU63": Phrase("eyes", False, _do(("look up", "look up"), ("turn up", "turn up"))),
    "AU64": Phrase("eyes", False, _do(("look down", "look down"), ("are cast down", "are cast down"))),
}


def clause(event: Event, choice: int) -> str:
    """What moved, e.g. ``"both lip corners are drawn up and back"``; ``choice`` picks among the wordings."""
    phrase = PHRASES[event.au]
    singular, plural = phrase.verbs[choice % len(phrase.verbs)]
    if not phrase.paired:
        side = "" if event.side == "both" else f" on the {event.side} side"
        return f"the {phrase.noun} {singular}{side}"
    if event.side != "both":
        return f"the {event.side} {phrase.noun} {singular}"
    # "Both" is said only where both sides were measured.
    determiner = "both" if event.side_measured and choice // len(phrase.verbs) % 2 == 0 else "the"
    return f"{determiner} {phrase.noun}s {plural}"


def capital(text: str) -> str:
    """``text`` with its first letter in upper case and the rest as it was."""
    return text[:1].upper() + text[1:]


def listed(items: list[str]) -> str:
    """``["a", "b", "c"]`` -> ``"a, b and c"``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


# Each movement as a thing, for sentences that weigh movements against each other.
NOUNS: dict[str, str] = {
    "AU1": "raising of the inner brows",
    "AU2": "raising of the outer brows",
    "AU4": "lowering of the brows",
    "AU5": "raising of the upper lids",
    "AU6": "raising of the cheeks",
    "AU7": "tightening of the lids",
    "AU8": "pulling of the lips toward each other",
    "AU9": "wrinkling of the nose",
    "AU10": "raising of the upper lip",
    "AU11": "deepening of the nasolabial folds",
    "AU12": "pulling up of the lip corners",
    "AU13": "sharp pulling up of the lip corners",
    "AU14": "dimpling of the lip corners",
    "AU15": "pulling down of the lip corners",
    "AU16": "pulling down of the lower lip",
    "AU17": "raising of the chin",
    "AU18": "puckering of the lips",
    "AU19": "showing of the tongue",
    "AU20": "stretching of the lips",
    "AU21": "tightening of the neck",
    "AU22": "funneling of the lips",
    "AU23": "tightening of the lips",
    "AU24": "pressing of the lips",
    "AU25": "parting of the lips",
    "AU26": "dropping of the jaw",
    "AU27": "stretching open of the mouth",
    "AU28": "sucking in of the lips",
    "AU29": "thrusting of the jaw",
    "AU30": "sideways movement of the jaw",
    "AU32": "biting of the lip",
    "AU34": "puffing of the cheeks",
    "AU38": "flaring of the nostrils",
    "AU39": "compressing of the nostrils",
    "AU43": "closing of the eyes",
    "AU44": "squinting",
    "AU45": "blinking",
    "AU46": "winking",
    "AU51": "turning of the head to the left",
    "AU52": "turning of the head to the right",
    "AU53": "raising of the head",
    "AU54": "lowering of the head",
    "AU55": "tilting of the head to the left",
    "AU56": "tilting of the head to the right",
    "AU57": "moving of the head forward",
    "AU58": "moving of the head back",
    "AU61": "turning of the eyes to the left",
    "AU62": "turning of the eyes to the right",
    "AU63": "looking up",
    "AU64": "looking down",
}

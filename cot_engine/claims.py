"""Text -> mentions: which facial movements a text asserts, denies or doubts, with side, times and strengths.

No evidence is needed here. A sentence is cut into clauses; in a clause the movements are found, then the words around them:
negation, doubt, side, time, strength. General, counterfactual and defining statements, questions, and what is said not to be
judgeable yield nothing. A pronoun that goes on about a movement ("it peaks at 1.2 s") gives a further mention of it.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from cot_engine.clauses import Clause, clauses
from cot_engine.facs import Grade, Side
from cot_engine.lexicon import MOVEMENTS
from cot_engine.movements import Movement, Pick, movements, units
from cot_engine.pairing import part_name
from cot_engine.qualifiers import Words, qualify
from cot_engine.report import Stance
from cot_engine.generality import is_general, is_question, not_judged
from cot_engine.stances import set_stances
from cot_engine.timewords import START, Timing
from cot_engine.sides import sides_of
from cot_engine.wording import Token, sentences, tokens_of

Topic = Literal["movement", "rest", "others", "hidden", "talking"]


@dataclass(frozen=True)
class Mention:
    """One statement about one movement, or about the whole face (``topic`` other than ``"movement"``, ``aus`` empty).

    ``one_sided``: the movement is said to show on one side only; ``stronger``: the side said to move more; ``region``: the
    text denies that a part moves at all; ``parts``: what is said to be hidden. ``start``/``end`` are offsets of the clause.
    """

    aus: tuple[str, ...]
    pick: Pick
    stance: Stance
    start: int
    end: int
    side: Side | None = None
    one_sided: bool = False
    stronger: Side | None = None
    times: tuple[Timing, ...] = ()
    grades: tuple[Grade, ...] = ()
    region: bool = False
    topic: Topic = "movement"
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mentioned:
    """The action units a text asserts, denies and doubts; one may stand in more than one set."""

    asserted: frozenset[str]
    denied: frozenset[str]
    hedged: frozenset[str]


def mentions(text: str) -> Mentioned:
    """The action units named in ``text`` by stance, without any evidence (for AU-CHAIR, coverage and the like)."""
    found: dict[Stance, set[str]] = {"asserted": set(), "denied": set(), "hedged": set()}
    for mention in find_mentions(text):
        found[mention.stance].update(mention.aus[:1] if mention.pick == "first" else mention.aus)
    return Mentioned(*(frozenset(found[stance]) for stance in found))


def find_mentions(text: str) -> tuple[Mention, ...]:
    """All mentions of ``text``, in the order of their clauses. Never raises."""
    reader = _Reader(text)
    for start, end in sentences(text):
        reader.sentence(start, end)
    return tuple(reader.found)


@dataclass
class _Reader:
    """Reads sentence by sentence and remembers what a pronoun may stand for."""

    text: str
    found: list[Mention] = field(default_factory=list)
    # Indices in ``found`` of what was last asserted, movements last spoken of in general, and the last parts and moves.
    last: list[int] = field(default_factory=list)
    spoken_of: list[Movement] = field(default_factory=list)
    parts: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()

    def sentence(self, start: int, end: int) -> None:
        tokens = tokens_of(self.text, start, end)
        if not tokens:
            return
        asked = is_question(tokens)
        idioms = [(t.start, t.end) for t in tokens if t.has("idiom")]
        sides = [s for s in sides_of(self.text, start, end) if not any(a <= s.start < b for a, b in idioms)]
        parsed = []
        for clause in clauses(tokens):
            carried = self.parts if _goes_on(clause) else ()
            moving = movements(clause.tokens, sides, carried)
            parsed.append((clause, moving, is_general(clause.opener, clause.tokens, moving)))
            self._remember(clause.tokens, moving)
        if asked:
            return
        general = _spread([(clause, flag) for clause, _, flag in parsed])
        lead: list[Timing] = []
        self.spoken_of = []
        for (clause, moving, _), skipped in zip(parsed, general, strict=True):
            words = Words(
                self.text, clause.tokens, [s for s in sides if clause.tokens[0].start <= s.start < clause.tokens[-1].end]
            )
            if skipped or not_judged(clause.tokens):
                self.spoken_of = moving if skipped else []
                continue
            if moving:
                set_stances(clause.tokens, moving)
                prefix = qualify(words, moving)
                _ended(clause.tokens, moving)
                _gone(clause.tokens, moving)
                if clause.opener in ("and", ",") and not any(m.times for m in moving):
                    for movement in moving:
                        movement.times.extend(lead)
                else:
                    lead = prefix
                kept = self.last
                self._emit(clause, moving)
                if clause.tokens[0].text == "it" and all(m.part is not None and m.part > m.key for m in moving):
                    # "The smile is wide, it lifts the cheeks": "it" stays the smile.
                    self.last = kept or self.last
            elif not self._about_face(clause, words):
                self._go_on(clause, words, first=clause is parsed[0][0])

    def _remember(self, tokens: list[Token], moving: list[Movement]) -> None:
        names = [part_name(tokens[m.part]) for m in moving if m.part is not None] or [
            part_name(t) for t in tokens if t.has("part")
        ]
        if names:
            self.parts = tuple(dict.fromkeys(names))
        moves = [move for m in moving for move in tokens[m.key].get("move")]
        if moves or moving:
            # A movement named by a word of its own is mostly one upwards: "she smiles, and the cheeks follow".
            self.moves = tuple(moves) or ("up",)

    def _emit(self, clause: Clause, moving: list[Movement]) -> None:
        start, end = _bounds(clause.tokens)
        merged: dict[tuple[object, ...], Mention] = {}
        for movement in moving:
            if movement.region and movement.stance == "asserted":
                continue
            # A group of which the measured are meant stays together; otherwise every action unit is a statement of its own.
            sets = [movement.aus] if movement.pick != "all" else [(au,) for au in movement.aus]
            for aus in sets:
                key = (aus, movement.stance, movement.region)
                mention = Mention(
                    aus, movement.pick, movement.stance, start, end, _side(movement.sides), movement.one_sided,
                    _one(movement.stronger), tuple(movement.times), tuple(movement.grades), movement.region,
                )  # fmt: skip
                if movement.part is None and not clause.tokens[movement.key].has("code", "named"):
                    # A part carried over by a pronoun keeps the side it was given.
                    same = next((self.found[i] for i in self.last if self.found[i].aus == aus), None)
                    mention = replace(mention, side=mention.side or (same.side if same else None))
                merged[key] = _joined(merged[key], mention) if key in merged else mention
        self._add(list(merged.values()))

    def _add(self, new: list[Mention]) -> None:
        first = len(self.found)
        self.found.extend(new)
        asserted = [first + i for i, m in enumerate(new) if m.stance != "denied" and m.topic == "movement"]
        if asserted:
            self.last = asserted

    def _about_face(self, clause: Clause, words: Words) -> bool:
        """Statements on the whole face at rest, on visibility and on talking."""
        tokens = clause.tokens
        denied = any(t.has("no") for t in tokens)
        parts = tuple(dict.fromkeys(part_name(t) for t in tokens if t.has("part")))
        moved = any("move" in t.get("move") for t in tokens) or any(t.has("exist") for t in tokens)
        resting = any(t.has("rest") for t in tokens)
        topic: Topic | None = None
        stance: Stance = "asserted"
        if any(t.has("others") for t in tokens):
            if (
                resting
                or denied
                or any(t.text.startswith(("no ", "nothing")) for t in tokens if t.has("others"))
                or any(t.has("absent") for t in tokens)
            ):
                topic, stance = "others", "denied"
        elif any(t.has("talk") and not t.has("not_talk") for t in tokens):
            topic, stance = (
                "talking",
                "denied" if denied or any(t.text in ("silent", "silently") for t in tokens) else "asserted",
            )
        elif parts and parts != ("face",) and (any(t.has("hide") for t in tokens) or (any(t.has("visible") for t in tokens))):
            hidden = any(t.has("hide") for t in tokens)
            unseen = denied and any(t.has("visible") for t in tokens)
            topic, stance = "hidden", "asserted" if unseen or hidden != denied else "denied"
        elif (
            (parts in ((), ("face",)) and denied and moved and not any(t.has("pronoun", "thing") for t in tokens))
            or (parts == ("face",) and resting)
            or any(t.has("all") and t.text.startswith("no ") for t in tokens)
        ):
            topic = "rest"
        times = words.times()
        if (
            topic is None
            and times
            and any(t.text == "everything" for t in tokens)
            and any({"offset", "gone"} & set(t.get("phase")) for t in tokens)
        ):
            # "Everything relaxes by 1.7 s": rest from then on.
            topic, times = "rest", [replace(t, kind="after") for t in times]
        if topic is None:
            return False
        if topic == "rest" and not times and any(t.text in ("opens", "starts", "begins", "opening", "initial") for t in tokens):
            times = [Timing("at", START, START)]
        start, end = _bounds(tokens)
        self.found.append(Mention((), "all", stance, start, end, times=tuple(times), topic=topic, parts=parts))
        return True

    def _go_on(self, clause: Clause, words: Words, *, first: bool) -> None:
        """A clause without a movement of its own that says more about an earlier one."""
        tokens = clause.tokens
        start, end = _bounds(tokens)
        denied = any(t.has("no", "absent", "rest") for t in tokens) or any("gone" in t.get("phase") for t in tokens)
        parts = tuple(dict.fromkeys(part_name(t) for t in tokens if t.has("part")))
        if parts:
            # "the cheeks do too", "but not the cheeks": the last movement, said of another part.
            if any(t.has("too") or t.text in ("do", "does", "did", "follow", "follows") for t in tokens) or (
                denied and len(tokens) <= 5
            ):
                self._again(clause, words, parts, denied)
            return
        if any(t.has("thing", "subject", "others", "all") for t in tokens):
            return
        pronoun = any(t.has("pronoun") for t in tokens[:3]) or clause.opener in ("which", "who")
        sides = [s.side for s in words.sides if s.side != "both"]
        antecedents = [self.found[i] for i in self.last]
        if sides and (denied or any(t.has("too") or t.text in ("follows", "follow", "does") for t in tokens)) and antecedents:
            stance: Stance = "denied" if denied else "asserted"
            self.found += [
                replace(m, stance=stance, side=_one(sides[0]), start=start, end=end, times=tuple(words.times()), grades=(), one_sided=False, stronger=None)
                for m in antecedents
            ]  # fmt: skip
            return
        if denied and pronoun and not words.idle() and (self.spoken_of or antecedents):
            times = tuple(words.times())
            general = [Mention((au,), "all", "denied", start, end) for m in self.spoken_of for au in m.aus]
            bases = general or [replace(m, stance="denied", start=start, end=end, times=times, grades=()) for m in antecedents]
            self.found += bases
            return
        self._qualify_last(clause, words, pronoun=pronoun, first=first)

    def _qualify_last(self, clause: Clause, words: Words, *, pronoun: bool, first: bool) -> None:
        times, grades = tuple(words.times()), tuple(words.strengths())
        both = any(s.side == "both" for s in words.sides) and any(t.has("symmetry") for t in clause.tokens)
        if not (times or grades or both or words.lopsided()) or not self.last or not (pronoun or words.elliptic()):
            return
        start, end = _bounds(clause.tokens)
        more = [
            replace(
                self.found[i], start=start, end=end, times=times, grades=grades, side="both" if both and not words.lopsided() else self.found[i].side,
                one_sided=self.found[i].one_sided or words.lopsided(),
            )
            for i in self.last
        ]  # fmt: skip
        if pronoun or first:
            self.found += more
        else:
            for i, extra in zip(self.last, more, strict=True):
                self.found[i] = _joined(self.found[i], extra)

    def _again(self, clause: Clause, words: Words, parts: tuple[str, ...], denied: bool) -> None:
        start, end = _bounds(clause.tokens)
        stance: Stance = "denied" if denied else "asserted"
        new: list[Mention] = []
        for part in parts:
            for move in self.moves:
                if part in ("eye", "gaze", "head") and move == "up":
                    continue
                if spec := MOVEMENTS.get(part, {}).get(move):
                    aus, pick = units(spec)
                    sets = [aus] if pick != "all" else [(au,) for au in aus]
                    new += [
                        Mention(one, pick, stance, start, end, _side([s.side for s in words.sides]), times=tuple(words.times()))
                        for one in sets
                    ]
                    break
        self._add(new)


def _goes_on(clause: Clause) -> bool:
    """Whether a clause speaks of parts named before: "they rise", "which is open", "the right one rises"."""
    aside = any(t.text in ("left", "right", "other") for t in clause.tokens)
    named = any(t.has("part", "named", "code") for t in clause.tokens)
    return clause.opener in ("which", "who", "but") or any(t.has("pronoun") for t in clause.tokens) or (aside and not named)


def _spread(parsed: list[tuple[Clause, bool]]) -> list[bool]:
    """A general statement covers the "when", "if" and "which" clauses that hang on it, before and behind."""
    flags = [flag for _, flag in parsed]
    for i, (clause, _) in enumerate(parsed):
        opener = clause.opener
        missing = opener == "which" and any(t.has("no", "absent") for t in clause.tokens)
        if i and flags[i - 1] and not missing and opener in ("when", "if", "which", "who", "as", "where", "once", "while"):
            flags[i] = True
        if i + 1 < len(flags) and flags[i + 1] and opener in ("when", "if", "whenever", "once"):
            flags[i] = True
        if i and parsed[i - 1][0].opener == "if" and opener in (",", "then"):
            flags[i] = True
    return flags


def _ended(tokens: list[Token], moving: list[Movement]) -> None:
    """ "The mouth closes at 2.2 s" tells the end of an open mouth; "is closed at 2.5 s" denies one."""
    for movement in moving:
        if (
            movement.opposite
            and movement.stance == "denied"
            and movement.times
            and tokens[movement.key].text in ("closes", "close", "shuts", "opens")
        ):
            movement.stance = "asserted"
            movement.times = [replace(t, kind="offset") if t.kind == "at" else t for t in movement.times]


def _gone(tokens: list[Token], moving: list[Movement]) -> None:
    """ "gone by 2.6 s", "at rest again by 1.6 s": absent from then on."""
    if any("gone" in t.get("phase") or t.text in ("at rest again", "back at rest") for t in tokens):
        for movement in moving:
            if movement.stance == "denied":
                movement.times = [replace(t, kind="after") if t.kind == "at" else t for t in movement.times]


def _bounds(tokens: list[Token]) -> tuple[int, int]:
    """Offsets of a clause without the punctuation around it."""
    solid = [t for t in tokens if not (t.has("punct") and t.text in ".,;:!?-–—")] or tokens
    return solid[0].start, solid[-1].end


def _one(side: str | None) -> Side | None:
    return side if side in ("left", "right") else None  # type: ignore[return-value]


def _side(named: list[str]) -> Side | None:
    sides = set(named)
    if not sides:
        return None
    return _one(sides.pop()) or "both" if len(sides) == 1 else "both"


def _joined(one: Mention, other: Mention) -> Mention:
    """Two mentions of the same movement in one statement: all that is said of it."""
    sides = {s for s in (one.side, other.side) if s}
    return replace(
        one,
        start=min(one.start, other.start),
        end=max(one.end, other.end),
        side=_side(list(sides)),
        one_sided=one.one_sided or other.one_sided,
        stronger=one.stronger or other.stronger,
        times=tuple(dict.fromkeys((*one.times, *other.times))),
        grades=tuple(dict.fromkeys((*one.grades, *other.grades))),
    )

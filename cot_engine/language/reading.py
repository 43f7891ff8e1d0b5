"""Reading a text sentence by sentence: movements with their qualifiers become mentions, pronouns find what they stand for."""

import re
from dataclasses import dataclass, field, replace

from cot_engine.language.clauses import Clause, clauses
from cot_engine.language.generality import is_general, is_question, not_judged
from cot_engine.language.lexicon import MOVEMENTS, still, words
from cot_engine.language.mention import Mention, one_of
from cot_engine.language.movements import Movement, movements, units
from cot_engine.language.pairing import part_name
from cot_engine.language.qualifiers import Words, qualify
from cot_engine.language.sides import sides_of
from cot_engine.language.stances import idle, set_stances
from cot_engine.language.timewords import Timing
from cot_engine.language.whole_face import about_face
from cot_engine.language.wording import Token, lowered, tokens_of
from cot_engine.report import Stance

_DEPENDENT = words("when if which who as where once while")
_ECHOES = words("do does did follow follows")
_CLOSING = words("closes close shuts opens")
_GOING_ON = words("then but finally reaches climbs builds grows")
_EITHER = re.compile(r"\b(?:left|right)(?: \w+)? or (?:else )?(?:on |at )?(?:the |her |his |their )?(?:left|right)\b")


@dataclass
class Reader:
    """Reads one text; ``found`` holds its mentions so far."""

    text: str
    found: list[Mention] = field(default_factory=list)
    # What later words may refer to: indices of the mentions last asserted, movements last spoken of in general, the parts
    # last named, and what the last movement did.
    _last: list[int] = field(default_factory=list)
    _spoken_of: list[Movement] = field(default_factory=list)
    _parts: tuple[str, ...] = ()
    _moves: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._low = lowered(self.text)

    def sentence(self, start: int, end: int) -> None:
        """Reads the sentence at these offsets."""
        tokens = tokens_of(self.text, self._low, start, end)
        idioms = [(t.start, t.end) for t in tokens if t.has("idiom")]
        sides = [s for s in sides_of(self._low, start, end) if not any(a <= s.start < b for a, b in idioms)]
        parsed = []
        for clause in clauses(tokens):
            moving = movements(clause.tokens, sides, self._parts if _goes_on(clause) else ())
            parsed.append((clause, moving))
            self._remember(clause.tokens, moving)
        if is_question(tokens):
            return
        general = _spread(parsed)
        self._spoken_of = []
        leading: list[Timing] = []
        for n, (clause, moving) in enumerate(parsed):
            lo, hi = clause.tokens[0].start, clause.tokens[-1].end
            said = Words(self.text, clause.tokens, [s for s in sides if lo <= s.start < hi])
            if general[n] or not_judged(clause.tokens):
                self._spoken_of = moving if general[n] else []
            elif moving:
                leading = self._moved(clause, said, moving, leading)
            elif statement := about_face(said, *_bounds(clause.tokens)):
                self.found.append(statement)
            else:
                self._go_on(clause, said, first=n == 0)

    def _remember(self, tokens: list[Token], moving: list[Movement]) -> None:
        names = [part_name(tokens[m.part]) for m in moving if m.part is not None]
        names = names or [part_name(t) for t in tokens if t.has("part")]
        if names:
            self._parts = tuple(dict.fromkeys(names))
        if moving:
            # A movement named by a word of its own is mostly one upwards: "she smiles, and the cheeks follow".
            self._moves = tuple(move for m in moving for move in tokens[m.key].get("move")) or ("up",)

    def _moved(self, clause: Clause, said: Words, moving: list[Movement], leading: list[Timing]) -> list[Timing]:
        """Adds the movements of a clause; returns the times a clause joined by "and" shares with it."""
        set_stances(clause.tokens, moving)
        if clause.opener in ("and", ",") and any(t.has("too") for t in clause.tokens):
            self._echo_denial(moving)
        own = qualify(said, moving)
        _settle_times(clause.tokens, moving)
        if clause.opener in ("and", ",") and not any(m.times for m in moving):
            for movement in moving:
                movement.times.extend(leading)
            own = leading
        last = self._last
        self._emit(clause, moving)
        if last and clause.tokens[0].text == "it" and all(m.part is not None and m.part > m.key for m in moving):
            self._last = last  # "The smile is wide, it lifts the cheeks": "it" stays the smile.
        return own

    def _echo_denial(self, moving: list[Movement]) -> None:
        """ "The frown is missing, and so is the squint"."""
        if self.found and self.found[-1].stance == "denied" and all(m.nominal for m in moving):
            for movement in moving:
                movement.stance = "denied"

    def _emit(self, clause: Clause, moving: list[Movement]) -> None:
        start, end = _bounds(clause.tokens)
        merged: dict[tuple[object, ...], Mention] = {}
        # "The left or the right brow": one of them, the writer does not know which.
        doubtful = _EITHER.search(self._low, start, end) is not None
        either = {aus for m in moving if doubtful and one_of(m.sides) == "both" for aus in _statements(m.aus, m.pick)}
        for m in moving:
            if m.region and m.stance == "asserted":
                continue  # "the brows move" does not say how
            for aus in _statements(m.aus, m.pick):
                mention = Mention(
                    aus, m.pick, m.stance, start, end, one_of(m.sides), m.one_sided, m.stronger,
                    tuple(m.times), tuple(m.grades), m.region,
                )  # fmt: skip
                if m.part is None and not mention.side and not clause.tokens[m.key].has("code", "named"):
                    # A part carried over by a pronoun keeps the side it was given.
                    mention = replace(mention, side=next((o.side for o in self._antecedents() if o.aus == aus), None))
                one_or_other = bool(mention.side) and m.stance != "denied" and aus in either
                for side in dict.fromkeys(m.sides) if one_or_other else (mention.side,):
                    told = replace(mention, side=side, stance="hedged" if one_or_other else m.stance)
                    undecided = told.stance == "hedged" and (one_or_other or m.code is not None) and side
                    key = (aus, told.stance, m.region, undecided)  # "L14 or R14"
                    merged[key] = merged[key].joined(told) if key in merged else told
        self._add(list(merged.values()))

    def _add(self, new: list[Mention]) -> None:
        first = len(self.found)
        self.found += new
        if asserted := [first + i for i, m in enumerate(new) if m.stance != "denied"]:
            self._last = asserted

    def _antecedents(self) -> list[Mention]:
        return [self.found[i] for i in self._last]

    def _go_on(self, clause: Clause, said: Words, *, first: bool) -> None:
        """A clause without a movement of its own that says more about an earlier one."""
        tokens = clause.tokens
        start, end = _bounds(tokens)
        echo = any(t.has("too") or t.text in _ECHOES for t in tokens) or tokens[-1].has("aux")
        denied = any(t.has("no", "absent", "rest") or "gone" in t.get("phase") for t in tokens)
        stance: Stance = "denied" if denied else "asserted"
        parts = [part_name(t) for t in tokens if t.has("part")]
        if parts:
            # "the cheeks do too", "but not the cheeks": the last movement, said of another part.
            if echo or (denied and len(tokens) <= 5):
                self._again(
                    Mention((), "all", stance, start, end, one_of([s.side for s in said.sides]), times=said.times), parts
                )
            return
        if any(t.has("thing", "subject", "others", "all") for t in tokens):
            return
        pronoun = any(t.has("pronoun") for t in tokens[:3]) or clause.opener in ("which", "who")
        aside = next((s.side for s in said.sides if s.side != "both"), None)
        if aside and (denied or echo):
            # "the right one does not"
            self.found += [Mention(m.aus, m.pick, stance, start, end, aside, times=said.times) for m in self._antecedents()]
        elif denied and pronoun and not _idle(tokens):
            # "which is absent"
            general = [Mention((au,), "all", "denied", start, end) for m in self._spoken_of for au in m.aus]
            known = [Mention(m.aus, m.pick, "denied", start, end, m.side, times=said.times) for m in self._antecedents()]
            self.found += general or known
        elif pronoun or _elliptic(tokens):
            self._qualify_last(said, start, end, apart=pronoun or first)

    def _qualify_last(self, said: Words, start: int, end: int, *, apart: bool) -> None:
        """ "it peaks at 1.2 s" is a further mention; "..., peaking at 1.2 s" belongs to the one before."""
        symmetric = any(t.has("symmetry") for t in said.tokens) and not said.lopsided
        times, grades = said.times, said.grades
        if not (times or grades or symmetric or said.lopsided):
            return
        for i in self._last:
            known = self.found[i]
            more = replace(
                known, start=start, end=end, times=times, grades=grades, side="both" if symmetric else known.side,
                one_sided=known.one_sided or said.lopsided,
            )  # fmt: skip
            if apart:
                self.found.append(more)
            else:
                self.found[i] = known.joined(more)

    def _again(self, pattern: Mention, parts: list[str]) -> None:
        new: list[Mention] = []
        for part in dict.fromkeys(parts):
            if pattern.stance == "denied" and "move" in self._moves and (aus := still(part)):
                new += [replace(pattern, aus=(au,), region=True) for au in aus]
                continue
            known = {} if part in ("eye", "gaze", "head") else MOVEMENTS.get(part, {})
            if spec := next((known[move] for move in self._moves if move in known), None):
                aus, pick = units(spec)
                new += [replace(pattern, aus=one, pick=pick) for one in _statements(aus, pick)]
        self._add(new)


def _statements(aus: tuple[str, ...], pick: str) -> list[tuple[str, ...]]:
    """A group of which the measured ones are meant stays together; else every action unit is a statement of its own."""
    return [aus] if pick != "all" else [(au,) for au in aus]


def _goes_on(clause: Clause) -> bool:
    """Whether a clause speaks of parts named before: "they rise", "which is open", "the right one rises"."""
    aside = any(t.text in ("left", "right", "other") for t in clause.tokens)
    named = any(t.has("part", "named", "code") for t in clause.tokens)
    return clause.opener in ("which", "who", "but") or any(t.has("pronoun") for t in clause.tokens) or (aside and not named)


def _spread(parsed: list[tuple[Clause, list[Movement]]]) -> list[bool]:
    """Which clauses are general: also those with "when", "if" and "which" that hang on a general one."""
    flags = [is_general(clause.opener, clause.tokens, moving) for clause, moving in parsed]
    openers = [clause.opener for clause, _ in parsed]
    for i, (clause, _) in enumerate(parsed):
        missing = openers[i] == "which" and any(t.has("no", "absent") for t in clause.tokens)
        if i and flags[i - 1] and openers[i] in _DEPENDENT and not missing:
            flags[i] = True
        if i and openers[i] == "because" and parsed[i - 1][0].tokens[-1].text == "not":
            flags[i] = True  # "..., not because she smiles"
        if i + 1 < len(flags) and flags[i + 1] and openers[i] in ("when", "if", "whenever", "once"):
            flags[i] = True
        if i and openers[i - 1] == "if" and openers[i] in (",", "then"):
            flags[i] = True
    return flags


def _settle_times(tokens: list[Token], moving: list[Movement]) -> None:
    """ "The mouth closes at 2.2 s" tells the end of an open mouth; "gone by 2.6 s" means absent from then on."""
    gone = any("gone" in t.get("phase") for t in tokens)
    for movement in (m for m in moving if m.stance == "denied"):
        closing = movement.opposite and movement.times and tokens[movement.key].text in _CLOSING
        if closing:
            movement.stance = "asserted"
        if closing or gone:
            movement.times = [
                replace(t, kind="offset" if closing else "after") if t.kind == "at" else t for t in movement.times
            ]


def _idle(tokens: list[Token]) -> bool:
    """Whether no "no" of a clause denies anything."""
    spots = [i for i, t in enumerate(tokens) if t.has("no")]
    return bool(spots) and all(idle(tokens, i) for i in spots) and not any(t.has("absent", "rest") for t in tokens)


def _elliptic(tokens: list[Token]) -> bool:
    """Whether a clause goes on without a subject: "climbing to a peak at 1.2 s", "Onset 0.6 s"."""
    for token in tokens:
        if token.has("phase", "time", "strength", "number"):
            return True
        if token.has("word") and not token.text.endswith(("ing", "ly")) and token.text not in _GOING_ON:
            return False
    return False


def _bounds(tokens: list[Token]) -> tuple[int, int]:
    """Offsets of a clause without the punctuation around it."""
    solid = [t for t in tokens if not (t.has("punct") and t.text in ".,;:!?-–—")] or tokens
    return solid[0].start, solid[-1].end

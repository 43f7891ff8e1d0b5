"""Text -> mentions: which facial movements a text asserts, denies or doubts, with side, times and strengths.

No evidence is needed here, and it does not matter who wrote the text. How it is read, from the words up:

``lexicon``, ``function_words``   the words, as tables
``wording`` (``codes``, ``timewords``, ``sides``)   text -> sentences -> tokens with their roles
``clauses``   a sentence -> stretches that say one thing
``movements`` (``pairing``)   a clause -> codes, words of their own, parts with what they do
``stances``, ``generality``   what is denied or doubted, what claims nothing
``qualifiers`` (``zones``, ``sidedness``, ``strengths``, ``timing``)   which side, strength and time belongs to which movement
``reading`` (``whole_face``)   sentence after sentence, with what pronouns stand for

General, counterfactual and defining statements, questions, and what is said not to be judgeable yield nothing.
"""

from dataclasses import dataclass
from functools import lru_cache

from cot_engine.language.mention import Mention
from cot_engine.language.reading import Reader
from cot_engine.language.wording import sentences
from cot_engine.report import Stance


@dataclass(frozen=True)
class Mentioned:
    """The action units a text asserts, denies and doubts; one may stand in more than one set."""

    asserted: frozenset[str]
    denied: frozenset[str]
    hedged: frozenset[str]


@lru_cache(maxsize=256)
def find_mentions(text: str) -> tuple[Mention, ...]:
    """All mentions of ``text``, in the order of their clauses. Never raises."""
    reader = Reader(text)
    for start, end in sentences(text):
        reader.sentence(start, end)
    return tuple(reader.found)


def mentions(text: str) -> Mentioned:
    """The action units named in ``text`` by stance, without any evidence (for AU-CHAIR, coverage and the like).

    Raised eyebrows name AU1 and AU2, narrowed eyes AU7, a part that does not move each of its action units.
    """
    found: dict[Stance, set[str]] = {"asserted": set(), "denied": set(), "hedged": set()}
    for mention in find_mentions(text):
        if mention.pick != "present":
            found[mention.stance].update(mention.aus[:1] if mention.pick == "first" else mention.aus)
    return Mentioned(*(frozenset(found[stance]) for stance in found))

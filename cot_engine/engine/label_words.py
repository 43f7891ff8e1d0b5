"""Guard: no observation names an expression, in any label set, by any common synonym, in any inflection."""

import re
from collections.abc import Sequence
from functools import lru_cache

from cot_engine.engine.faults import Fault
from cot_engine.facs import LABEL_SETS, LabelSet

# Stems of expression words with the endings that belong to them. Words of movement that look like them are not among them:
# lip corners are "depressed", lids "tense", a "scar" is none.
_STEMS = r"""
happ(?:y|ily|iness|ier|iest) unhapp\w+ joy(?:s|ful|fully|ous|ously)? cheer(?:s|ful|fully|fulness|y) glad(?:ly|ness)?
pleas(?:ed|ure|antly) delight(?:s|ed|edly|ful)? amus(?:ed|ement|edly) elat(?:ed|ion) ecsta\w+ contented\w* contentment mirth\w*
merr(?:y|ily) sad(?:ly|ness|der|dest|den\w*)? sorrow\w* grie(?:f|v\w+) melanchol\w+ gloom\w* miser(?:y|able|ably) mourn\w*
tearful\w* despair\w* surpris\w+ astonish\w* amaz(?:ed|ement|ing|ingly) startl\w+ shock(?:ed|ing)? astound\w*
fear(?:s|ed|ful|fully|fulness|ing)? afraid scare[ds]? scary fright(?:en\w*|ful\w*)? terr(?:or|ified|ify\w*) panic\w*
horr(?:or|ified) dread\w* worr(?:y|ied|ies|ying) nervous\w* anxi(?:ety|ous\w*) apprehensi\w+ anger\w* angr(?:y|ily|ier|iest)
fur(?:y|ious|iously) rag(?:e|es|ing) enrag\w+ irat(?:e|ely) irritat\w+ annoy\w* mad hostil\w+ wrath\w* disgust\w* revuls\w+
repuls\w+ repugn\w+ loath\w+ nausea\w* contempt\w* scorn\w* disdain\w* smug\w* derisi\w+ neutral\w* calm(?:ly|ness)?
expressionless\w* emotion\w* unemotional\w* helpless\w* hopeless\w* disappoint\w* frustrat\w+ confus(?:ed|ion|edly|ing)
bored(?:om)? puzzl\w+ embarrass\w* asham\w+ upset distress\w* awed? appalled appalling hatred hateful
"""
# What a face does, told as what it means. The verifier reads them as action units; an observation says the movement.
_MEANINGS = r"""
smil(?:e|es|ed|ing|ingly) grin(?:s|ned|ning)? smirk(?:s|ed|ing)? frown(?:s|ed|ing)? scowl(?:s|ed|ing)? grimac(?:e|es|ed|ing)
sneer(?:s|ed|ing)? pout(?:s|ed|ing)? laugh\w* giggl\w+ cry(?:ing)? cries cried weep(?:s|ing)? wept sob(?:s|bed|bing)?
"""
# Label names that are also plain words of description; they count only when their own set is the one in use.
_PLAIN = frozenset({"flow", "positive", "negative", "concentration", "others"})


def label_words(observations: Sequence[str], labels: LabelSet) -> list[Fault]:
    """A fault for each expression word; an expression word is one of any built-in label set, of ``labels``, or a synonym."""
    text = "\n".join(observations)
    named = dict.fromkeys(m[0].casefold() for m in _label_pattern(labels).finditer(text))
    meant = dict.fromkeys(m[0].casefold() for m in _pattern(tuple(_MEANINGS.split())).finditer(text))
    return [
        Fault(code="label_word", message=f"The observations name an expression ({word!r}); they may only describe movements.")
        for word in named
    ] + [
        Fault(
            code="interpretation_word",
            message=f"{word!r} says what a movement means; the observations must say what moved, and how.",
        )
        for word in meant
        if word not in named
    ]


@lru_cache(maxsize=16)
def _label_pattern(labels: LabelSet) -> re.Pattern[str]:
    everywhere = {
        name for known in LABEL_SETS.values() for one in known.labels for name in (one.name, *one.aliases)
    } - _PLAIN  # fmt: skip
    own = {name for one in labels.labels for name in (one.name, *one.aliases)}
    # "happily sad" is found by its words; "no expression" must be found as a whole.
    literal = (r"\s+".join(map(re.escape, name.split())) + "(?:s|ed|ly|ness)?" for name in sorted(everywhere | own))
    return _pattern((*_STEMS.split(), *literal))


@lru_cache(maxsize=16)
def _pattern(alternatives: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE)

"""Text -> mentions: which facial movements a text asserts, denies or doubts, with side, times and strengths.

No evidence is needed here. A sentence is cut into clauses; in a clause the movements are found, then the words around them:
negation, doubt, side, time, strength. General, counterfactual and defining statements, questions, and what is said not to be
judgeable yield nothing. A pronoun that goes on about a movement ("it peaks at 1.2 s") gives a further mention of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from cot_engine.clauses import Clause, clauses
from cot_engine.facs import Grade, Side, grade
from cot_engine.lexicon import still
from cot_engine.movements import Movement, Pick, movements
from cot_engine.report import Stance
from cot_engine.stances import denials, is_general, is_question, set_stances
from cot_engine.timewords import Timing
from cot_engine.timing import timings
from cot_engine.wording import SideWord, Token, sentences, sides_of, tokens_of

Topic = Literal["movement", "rest", "others", "hidden", "talking"]

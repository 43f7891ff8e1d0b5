"""Verifiable rewards for GRPO: small functions of one text and what was measured; nothing is asked of another model.

Each is in 0-1 (the leak is -1 or 0), and all are needed: one true statement earns full precision, naming everything full
coverage.
"""

from collections.abc import Callable
from typing import Any

from cot_engine.engine.label_words import label_words
from cot_engine.evidence import Evidence
from cot_engine.facs import LabelSet
from cot_engine.trace import parse_trace
from cot_engine.verify import verify

Reward = Callable[..., list[float]]


def label_reward(text: str, label: str | None, labels: LabelSet) -> float:
    """1 when the conclusion is the given label or one of its aliases."""
    said = labels.find(parse_trace(text).conclusion)
    return float(said is not None and said.name == label)


def format_reward(text: str) -> float:
    """1 for three sections in order and nothing else, less a third for everything that is wrong with the form."""
    return max(0.0, 1 - len(parse_trace(text).problems) / 3)


def au_precision(text: str, evidence: Evidence) -> float | None:
    """Share of the statements about movements, asserted or denied, that the measurement supports; None when none is made."""
    about = [claim for claim in verify(text, evidence).claims if claim.au]
    return sum(claim.verdict == "supported" for claim in about) / len(about) if about else None


def au_coverage(text: str, evidence: Evidence) -> float | None:
    """Share of the events of grade C or more that the observations mention; None when there are none."""
    due = evidence.must_mention()
    observed = "\n".join(parse_trace(text).observations)
    return 1 - len(verify(observed, evidence).omissions) / len(due) if due else None


def leak_penalty(text: str, labels: LabelSet) -> float:
    """-1 when an observation names an expression: the label is to be inferred from them, never told beforehand."""
    return -float(bool(label_words(parse_trace(text).observations, labels)))


def reward_functions(labels: LabelSet) -> list[Reward]:
    """The rewards as GRPOTrainer calls them: with ``completions`` and the columns of the data set.

    A text without a statement earns no precision; a face on which nothing strong moved has nothing that could be left out.
    """

    def label_is_right(completions: list[Any], label: list[str | None], **_: Any) -> list[float]:
        return [label_reward(_text(c), truth, labels) for c, truth in zip(completions, label, strict=True)]

    def well_formed(completions: list[Any], **_: Any) -> list[float]:
        return [format_reward(_text(c)) for c in completions]

    def precision(completions: list[Any], evidence: list[str], **_: Any) -> list[float]:
        return [au_precision(_text(c), _read(e)) or 0.0 for c, e in zip(completions, evidence, strict=True)]

    def coverage(completions: list[Any], evidence: list[str], **_: Any) -> list[float]:
        shares = (au_coverage(_text(c), _read(e)) for c, e in zip(completions, evidence, strict=True))
        return [1.0 if share is None else share for share in shares]

    def label_leak(completions: list[Any], **_: Any) -> list[float]:
        return [leak_penalty(_text(c), labels) for c in completions]

    return [label_is_right, well_formed, precision, coverage, label_leak]


def _text(completion: Any) -> str:
    """The text of a completion: a string, or one message of a conversation."""
    if isinstance(completion, str):
        return completion
    content = completion[0]["content"]
    return content if isinstance(content, str) else "".join(part.get("text") or "" for part in content)


def _read(evidence: str) -> Evidence:
    return Evidence.model_validate_json(evidence)

"""What a check of a dataset found: findings with stable codes, and the report that holds them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

# A fault makes scores or training data wrong; a warning makes them incomparable; a note is good to know.
Severity = Literal["fault", "warning", "note"]

# Stands for "no label" in a histogram.
UNLABELLED = "(none)"


@dataclass(frozen=True)
class Finding:
    """One thing found: a stable code, what is so in words, and what to do about it."""

    code: str
    severity: Severity
    message: str
    action: str


@dataclass(frozen=True)
class CheckReport:
    """The result of checking one copy of a dataset.

    ``histogram`` is split -> label -> samples; samples without a split are under ``"all"``, those without a label under
    ``UNLABELLED``.
    """

    corpus: str
    root: str
    samples: int
    histogram: Mapping[str, Mapping[str, int]]
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "fault")

    def as_dict(self) -> dict[str, Any]:
        """The public JSON form, schema ``cot-engine/corpus-check/1``."""
        return {
            "schema": "cot-engine/corpus-check/1",
            "corpus": self.corpus,
            "root": self.root,
            "samples": self.samples,
            "histogram": {split: dict(labels) for split, labels in self.histogram.items()},
            "findings": [asdict(finding) for finding in self.findings],
        }


def some(items: list[str], limit: int = 3) -> str:
    """``"a, b, c and 4 more"``."""
    more = f" and {len(items) - limit} more" if len(items) > limit else ""
    return ", ".join(items[:limit]) + more

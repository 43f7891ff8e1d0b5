"""What is remembered of a dataset's samples while it is checked."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.findings import UNLABELLED
from cot_engine.corpora.labels import canonical
from cot_engine.facs import ACTION_UNITS

# The name of a report's row for samples that have no split.
ALL = "all"


@dataclass
class Seen:
    """Sums and lists of what stands out; never the annotations, of which there may be millions."""

    samples: int = 0
    ids: Counter[str] = field(default_factory=Counter)
    raw: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    labels: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    unknown: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    clips: dict[Path, set[str | None]] = field(default_factory=lambda: defaultdict(set))
    subjects: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    no_split: list[str] = field(default_factory=list)
    no_label: list[str] = field(default_factory=list)
    by_path: list[str] = field(default_factory=list)
    bad_aus: list[str] = field(default_factory=list)
    rare_aus: Counter[str] = field(default_factory=Counter)
    uncoded: Counter[str] = field(default_factory=Counter)
    disorder: list[str] = field(default_factory=list)

    def add(self, corpus: Corpus, sample: Sample) -> None:
        """Takes one sample of ``corpus`` into account."""
        split = sample.split or ALL
        self.samples += 1
        self.ids[sample.id] += 1
        self.labels[split][sample.label or UNLABELLED] += 1
        self.clips[sample.clip].add(sample.split)
        if sample.raw_label is not None:
            self.raw[split][sample.raw_label] += 1
            if sample.label is None and sample.raw_label not in corpus.outside:
                self.unknown[split][sample.raw_label] += 1
        if sample.split is None:
            self.no_split.append(sample.id)
        elif sample.subject is not None:
            self.subjects[sample.subject].add(sample.split)
        written = sample.meta.get("path_label")
        if written is not None and canonical(written) != sample.label:
            self.by_path.append(f"{sample.id} is labelled {sample.raw_label}")
        if "au_error" in sample.meta:
            self.bad_aus.append(f"{sample.id}: {sample.meta['au_error']}")
        self.rare_aus.update(annotation.au for annotation in sample.aus if annotation.au not in ACTION_UNITS)
        if corpus.aus and len(sample.aus) < len(corpus.aus):
            for au in corpus.aus - {annotation.au for annotation in sample.aus}:
                self.uncoded[f"{au} of {sample.subject}"] += 1
        moments = [int(sample.meta[name]) for name in ("onset", "apex", "offset") if name in sample.meta]
        if moments != sorted(moments):
            self.disorder.append(f"{sample.id} ({', '.join(map(str, moments))})")

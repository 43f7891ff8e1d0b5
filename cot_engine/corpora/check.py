"""Holds one copy of a dataset against what was published: labels, counts, media, people, splits."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus
from cot_engine.corpora.duplicates import find_duplicates
from cot_engine.corpora.findings import CheckReport, Finding, some
from cot_engine.corpora.histograms import judge_split, judge_total
from cot_engine.corpora.layout import refuse
from cot_engine.corpora.seen import ALL, Seen


def check(corpus: Corpus, root: Path) -> CheckReport:
    """Reads every sample of a copy and looks at its media; contents are opened only to tell duplicates.

    Raises:
        Refusal: ``bad_corpus`` when the tree is not laid out as the dataset is.
    """
    seen = Seen()
    try:
        for sample in corpus.read(root):
            seen.add(corpus, sample)
        findings = [*_labels(corpus, seen), *_splits(corpus, seen), *_annotations(seen), *_media(seen)]
    except OSError as error:
        refuse(corpus.name, f"{error.filename} cannot be read ({error.strerror})")
    order = {"fault": 0, "warning": 1, "note": 2}
    findings.sort(key=lambda finding: order[finding.severity])
    return CheckReport(corpus.name, str(root), seen.samples, seen.labels, tuple(findings))


def _labels(corpus: Corpus, seen: Seen) -> Iterator[Finding]:
    if not seen.samples:
        yield Finding("no_samples", "fault", "There is not one sample.", "The lists are empty: take them as released.")
        return
    for split in dict.fromkeys([*corpus.counts, *corpus.totals, *seen.raw]):
        raw = seen.raw.get(split, Counter())
        size = seen.samples if split == ALL else sum(seen.labels.get(split, Counter()).values())
        if not size:
            yield Finding("missing_split", "warning", f"{split}: no sample is listed.", "Add the list of this split.")
            continue
        found = judge_split(corpus, split, raw)
        yield from found
        codes = {finding.code for finding in found}
        if split in corpus.totals and not found:
            yield from judge_total(split, size, corpus.totals[split])
        unknown = seen.unknown.get(split)
        if unknown and "shifted_labels" not in codes:
            words = some([f"{label!r} ({count})" for label, count in unknown.most_common()])
            yield Finding(
                "unknown_label",
                "fault",
                f"{split}: {sum(unknown.values())} samples have a label that {corpus.title} does not have: {words}.",
                f"Its labels are {', '.join(corpus.labels)}. Correct the list, or leave those samples out on purpose.",
            )
    if seen.by_path:
        yield Finding(
            "label_disagrees_with_path",
            "fault",
            f"{len(seen.by_path)} samples lie in the folder of another label: {some(seen.by_path)}.",
            "The list or the folders were changed: take both from one release.",
        )


def _splits(corpus: Corpus, seen: Seen) -> Iterator[Finding]:
    if seen.no_split and len(seen.no_split) < seen.samples:
        yield Finding(
            "no_split",
            "warning",
            f"{len(seen.no_split)} samples belong to no split while others do: {some(seen.no_split)}.",
            "Give them a split, or leave them out.",
        )
    if twice := [name for name, count in seen.ids.items() if count > 1 and name]:
        yield Finding(
            "duplicate_id",
            "warning",
            f"{len(twice)} samples are listed more than once: {some(twice)}.",
            "Remove the repeated rows: they count double in training and in scores.",
        )
    if shared := [str(clip) for clip, splits in seen.clips.items() if len(splits) > 1]:
        yield Finding(
            "clip_in_two_splits",
            "fault",
            f"{len(shared)} clips are listed in more than one split (or with two labels): {some(shared)}.",
            "Remove them from the training side: a model must not be tested on what it was trained on.",
        )
    if leaked := [f"{who} ({', '.join(sorted(splits))})" for who, splits in seen.subjects.items() if len(splits) > 1]:
        yield Finding(
            "subject_leak",
            "note" if corpus.shared_subjects else "fault",
            f"{len(leaked)} people are in more than one split: {some(leaked)}.",
            "The official splits are so: say it with every score."
            if corpus.shared_subjects
            else "Move all samples of a person to one split.",
        )


def _annotations(seen: Seen) -> Iterator[Finding]:
    if seen.bad_aus:
        yield Finding(
            "unreadable_aus",
            "fault",
            f"{len(seen.bad_aus)} cells are no action-unit string: {some(seen.bad_aus)}.",
            "Write items like 4+L10, R14A or 'L14 or R14'; these samples have no action units until then.",
        )
    if seen.uncoded:
        words = some([f"{what} ({count} frames)" for what, count in seen.uncoded.most_common()])
        yield Finding(
            "missing_aus",
            "fault",
            f"Action units that are coded on every frame are missing: {words}.",
            "Add the missing label file: an AU without one is unknown, never absent.",
        )
    if seen.rare_aus:
        words = some([f"{au} ({count})" for au, count in seen.rare_aus.most_common()])
        yield Finding("rare_aus", "note", f"Codes outside our codebook occur: {words}.", "They are kept as coded.")
    if seen.disorder:
        yield Finding(
            "moments_out_of_order",
            "warning",
            f"{len(seen.disorder)} clips have onset, apex and offset out of order: {some(seen.disorder)}.",
            "Known mistakes of the coding sheet: do not use the moments of these clips.",
        )


def _media(seen: Seen) -> Iterator[Finding]:
    there: list[tuple[str, Path]] = []
    missing, empty = [], []
    for clip, splits in seen.clips.items():
        if not clip.exists():
            missing.append(str(clip))
        elif not (any(clip.iterdir()) if clip.is_dir() else clip.stat().st_size):
            empty.append(str(clip))
        else:
            there.extend((split, clip) for split in splits if split is not None and len(splits) == 1)
    if missing:
        yield Finding(
            "missing_media",
            "fault",
            f"{len(missing)} of {len(seen.clips)} clips are not there: {some(missing)}.",
            "Complete the copy; a missing clip is never replaced by another one.",
        )
    if empty:
        yield Finding(
            "empty_media",
            "fault",
            f"{len(empty)} clips are empty files or folders: {some(empty)}.",
            "Unpack or download them again.",
        )
    duplicates = find_duplicates(there)
    if duplicates.groups:
        words = some([" = ".join(f"{path} ({split})" for split, path in group[:2]) for group in duplicates.groups])
        yield Finding(
            "duplicate_media",
            "fault",
            f"{len(duplicates.groups)} clips of equal content stand in more than one split: {words}.",
            "Remove them from the training side: a model must not be tested on what it was trained on.",
        )
    if duplicates.unread:
        yield Finding(
            "duplicates_bounded",
            "note",
            f"{duplicates.unread} clips of equal size were not compared by content.",
            "None needed; the search stops after a fixed number of files.",
        )

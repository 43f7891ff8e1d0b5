"""BP4D: presence of AUs in the coded frames of eight tasks by 41 people."""

import csv
from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import AUAnnotation, Corpus, Sample
from cot_engine.corpora.layout import need, refuse, text_of

NAME = "bp4d"
AUS = (1, 2, 4, 6, 7, 10, 12, 14, 15, 17, 23, 24)
PARTS = {
    "part1": "F001 M007 F018 F008 F002 M004 F010 F009 M012 M001 F016 M014 F023 M008",
    "part2": "M011 F003 M010 M002 F005 F022 M018 M017 F013 M016 F020 F011 M013 M005",
    "part3": "F007 F015 F006 F019 M006 M009 F012 M003 F004 F021 F017 M015 F014",
}
_PART_OF = {subject: part for part, subjects in PARTS.items() for subject in subjects.split()}
# 9 means unknown: the frame then has no annotation of that AU.
_ANNOTATIONS: dict[tuple[int, str], AUAnnotation | None] = {
    **{(number, "0"): AUAnnotation(f"AU{number}", state="absent") for number in AUS},
    **{(number, "1"): AUAnnotation(f"AU{number}") for number in AUS},
    **{(number, "9"): None for number in AUS},
}


def read(root: Path) -> Iterator[Sample]:
    """One sample a coded frame; presence only, so no intensity."""
    for path in sorted(need(NAME, root, "AUCoding/AU_OCC").glob("*_T*.csv")):
        subject, _, task = path.stem.partition("_")
        rows = csv.reader(text_of(NAME, path).splitlines())
        columns = _columns(path, next(rows, []))
        for row in rows:
            if len(row) <= max(columns.values()) or not row[0].strip().isdecimal():
                refuse(NAME, f"{path} has the row {','.join(row)[:60]!r}; rows are a frame number and a code for each AU")
            frame = str(int(row[0]))
            yield Sample(
                id=f"{subject}/{task}/{frame}",
                corpus=NAME,
                clip=root.absolute() / subject / task / f"{frame}.jpg",
                split=_PART_OF.get(subject),
                subject=subject,
                aus=tuple(au for n, at in columns.items() if (au := _annotation(path, n, row[at].strip()))),
                meta={"task": task},
            )


def _columns(path: Path, header: list[str]) -> dict[int, int]:
    names = [name.strip() for name in header]
    if lacking := [number for number in AUS if str(number) not in names[1:]]:
        refuse(NAME, f"{path} has no column for AU {', '.join(map(str, lacking))}; its header is the AU numbers")
    return {number: names.index(str(number), 1) for number in AUS}


def _annotation(path: Path, number: int, code: str) -> AUAnnotation | None:
    if (number, code) not in _ANNOTATIONS:
        refuse(NAME, f"{path} has the code {code!r} for AU{number}; codes are 0, 1 and 9 (unknown)")
    return _ANNOTATIONS[number, code]


CORPUS = Corpus(
    NAME,
    "BP4D",
    read,
    (),
    "Mean F1 over 12 AUs, three folds over people: test on one part, train on the other two (fold 1 tests part3).",
)

"""MELD: utterances of a TV series, labels as words, the speaker as subject."""

import re
from collections.abc import Iterator
from pathlib import Path

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.labels import by_name
from cot_engine.corpora.layout import need, refuse, rows_of

NAME = "meld"
LABELS = ("neutral", "surprise", "fear", "sadness", "happiness", "disgust", "anger")
_COLUMNS = ("Speaker", "Emotion", "Dialogue_ID", "Utterance_ID", "StartTime", "EndTime")
# The clips come as one archive a split; these are the folders its parts are unpacked to.
_PARTS = {
    "train": ("train", "train_splits"),
    "dev": ("dev", "dev_splits_complete"),
    "test": ("test", "output_repeated_splits_test"),
}
_TIME = re.compile(r"(\d+):(\d+):(\d+)[,.](\d+)")


def read(root: Path) -> Iterator[Sample]:
    """Every row. Dialogue numbers restart in each split, so the id holds it; ``meta`` has the span by the CSV in seconds."""
    for part, folders in _PARTS.items():
        clips = need(NAME, root, *folders)
        for row in rows_of(NAME, need(NAME, root, f"{part}_sent_emo.csv"), _COLUMNS):
            dialogue, utterance = row["Dialogue_ID"], row["Utterance_ID"]
            if not (dialogue.isdecimal() and utterance.isdecimal()):
                refuse(NAME, f"{part}_sent_emo.csv has the dialogue {dialogue!r} and utterance {utterance!r}; both are numbers")
            yield Sample(
                id=f"{part}/dia{dialogue}_utt{utterance}",
                corpus=NAME,
                clip=clips / f"dia{dialogue}_utt{utterance}.mp4",
                label=by_name(row["Emotion"], LABELS),
                raw_label=row["Emotion"],
                split="validation" if part == "dev" else part,
                subject=row["Speaker"],
                meta={"dialogue": dialogue, "span_s": f"{_seconds(row['EndTime']) - _seconds(row['StartTime']):.3f}"},
            )


def _seconds(text: str) -> float:
    if not (match := _TIME.fullmatch(text)):
        refuse(NAME, f"{text!r} is not a time like '00:16:16,059'")
    hours, minutes, seconds, millis = map(int, match.groups())
    return 3600 * hours + 60 * minutes + seconds + millis / 1000


CORPUS = Corpus(
    NAME,
    "MELD",
    read,
    LABELS,
    "Weighted F1 over seven classes on test, with macro-F1, as neutral is half the data.",
    counts={"test": (1256, 281, 50, 208, 402, 68, 345)},
    totals={"train": 9989, "validation": 1109, "test": 2610},
    shared_subjects=True,
)

"""Five-fold list files: each clip is in the test part of exactly one fold, and in the training part of the others."""

from collections.abc import Iterable, Iterator

FOLDS = (1, 2, 3, 4, 5)

Row = tuple[str, str]


def fold_rows(train: dict[int, list[Row]], test: dict[int, list[Row]]) -> Iterator[tuple[str, str, str]]:
    """(clip, label, split) of every test row, with split ``fold<k>``.

    A training row that the test lists do not explain (its clip is tested in the same fold, nowhere, or with another label)
    comes as ``fold<k>-train``, so that a check sees the leak or the disagreement.
    """
    for fold in FOLDS:
        for clip, label in test[fold]:
            yield clip, label, f"fold{fold}"
    for fold in FOLDS:
        elsewhere = _union(rows for other, rows in test.items() if other != fold)
        here = {clip for clip, _ in test[fold]}
        for clip, label in train[fold]:
            if (clip, label) not in elsewhere or clip in here:
                yield clip, label, f"fold{fold}-train"


def _union(lists: Iterable[list[Row]]) -> set[Row]:
    return {row for rows in lists for row in rows}

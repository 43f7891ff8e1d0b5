from cot_engine.engine.rows import Row
from cot_engine.engine.splits import Splits


def row(n, subject=None, split=None, key=None, status="accepted"):
    return Row(id=f"c{n}", key=key or f"k{n}", status=status, subject=subject, split=split)


def test_a_person_is_in_one_split_and_all_splits_are_used():
    rows = [row(n, subject=f"s{n % 40}") for n in range(400)]
    splits = Splits("csv", rows)
    by_person = {}
    for one in rows:
        by_person.setdefault(one.subject, set()).add(splits.of(one))
    assert {len(found) for found in by_person.values()} == {1}
    assert {next(iter(found)) for found in by_person.values()} == {"train", "validation", "test"}


def test_without_people_clips_are_shared_out_about_eight_to_one_to_one():
    rows = [row(n) for n in range(2000)]
    splits = Splits("csv", rows)
    counts = [sum(splits.of(one) == name for one in rows) for name in ("train", "validation", "test")]
    assert 1500 < counts[0] < 1700
    assert all(140 < count < 260 for count in counts[1:])


def test_the_split_does_not_depend_on_the_other_rows():
    alone, among = Splits("csv", [row(5)]), Splits("csv", [row(n) for n in range(50)])
    assert alone.of(row(5)) == among.of(row(5))


def test_the_data_sets_own_split_is_kept():
    rows = [row(1, split="train"), row(2, split="validation"), row(3, split="test")]
    splits = Splits("csv", rows)
    assert [splits.of(one) for one in rows] == ["train", "validation", "test"]


def test_a_person_in_official_train_and_test_goes_to_test():
    rows = [row(1, "s", "train"), row(2, "s", "test")]
    splits = Splits("csv", rows)
    assert {splits.of(one) for one in rows} == {"test"}


def test_a_clip_whose_copy_is_officially_test_goes_to_test():
    rows = [row(1, split="train", key="same"), row(2, split="test", key="same", status="duplicate")]
    assert Splits("csv", rows).of(rows[0]) == "test"


def test_a_fold_is_no_split():
    folded = [row(n, split=f"fold{n % 5 + 1}") for n in range(100)]
    assert [Splits("csv", folded).of(one) for one in folded] == [Splits("csv", []).of(row(n)) for n in range(100)]

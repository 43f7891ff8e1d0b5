import pytest

from cot_engine.corpora.labels import by_index, by_name, canonical, whole

ORDER = ("surprise", "fear", "happiness")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Happy", "happiness"),
        ("joy", "happiness"),
        (" SAD ", "sadness"),
        ("Others", "others"),
        ("Other", "others"),
        ("Repression", "repression"),
        ("positive", "positive"),
        ("3", None),
        ("smug", None),
    ],
)
def test_every_spelling_has_one_name(name, expected):
    assert canonical(name) == expected


def test_a_name_that_the_corpus_does_not_have_is_none_of_its_labels():
    assert by_name("Happy", ORDER) == "happiness"
    assert by_name("Angry", ORDER) is None


@pytest.mark.parametrize(("raw", "expected"), [("1", "surprise"), ("3", "happiness"), ("0", None), ("4", None), ("x", None)])
def test_numbers_count_from_the_first_index(raw, expected):
    assert by_index(raw, ORDER, 1) == expected


@pytest.mark.parametrize(("raw", "expected"), [("5.0", "5"), (" 3.0e+00", "3"), ("-2", "-2"), ("0.5", "0.5"), ("/", "/")])
def test_whole_numbers_lose_their_fraction(raw, expected):
    assert whole(raw) == expected

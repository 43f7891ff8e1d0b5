import pytest

from cot_engine.corpora.au_strings import parse_aus
from cot_engine.corpora.catalogue import AUAnnotation


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  ", ()),
        ("12", (AUAnnotation("AU12"),)),
        ("12.0", (AUAnnotation("AU12"),)),
        ("4+L10", (AUAnnotation("AU4"), AUAnnotation("AU10", "left"))),
        ("R14A", (AUAnnotation("AU14", "right", "A"),)),
        ("R12 + R15", (AUAnnotation("AU12", "right"), AUAnnotation("AU15", "right"))),
        ("AU4+AU12", (AUAnnotation("AU4"), AUAnnotation("AU12"))),
        ("AU04 + au12c", (AUAnnotation("AU4"), AUAnnotation("AU12", "both", "C"))),
        ("AU7(k)", (AUAnnotation("AU7", state="absent"),)),
        ("65+31", (AUAnnotation("AU65"), AUAnnotation("AU31"))),
    ],
)
def test_side_level_and_state_are_kept(text, expected):
    assert parse_aus(text) == expected


def test_or_keeps_all_that_the_coder_could_not_decide_between():
    (undecided,) = parse_aus("L14 or R14")
    assert undecided.state == "undecided"
    assert undecided.alternatives == (AUAnnotation("AU14", "left"), AUAnnotation("AU14", "right"))


def test_or_binds_closer_than_plus():
    first, second = parse_aus("4 + R12B or R15")
    assert first == AUAnnotation("AU4")
    assert (second.au, second.side, second.intensity, second.state) == ("AU12", "right", "B", "undecided")
    assert [choice.au for choice in second.alternatives] == ["AU12", "AU15"]


@pytest.mark.parametrize("text", ["120", "nan", "4+", "+4", "LR4", "4F", "smile", "4,5", "0", "12.5", "L14 or", "٤"])
def test_what_is_no_action_unit_is_an_error_and_never_a_guess(text):
    with pytest.raises(ValueError, match="is not an action unit"):
        parse_aus(text)

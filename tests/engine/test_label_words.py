import pytest

from cot_engine.engine.label_words import label_words
from cot_engine.facs import LABEL_SETS, Label, LabelSet

BASIC = LABEL_SETS["basic-7"]


def codes(text, labels=BASIC):
    return {fault.code for fault in label_words([text], labels)}


@pytest.mark.parametrize(
    "text",
    [
        "She looks happy.",
        "The face brightens happily.",
        "An angrier set of the mouth.",
        "Fearfully the brows rise.",
        "Her surprised brows rise.",
        "There is sadness in the mouth corners.",
        "A disgusted wrinkle of the nose.",
        "The mouth corners go back to neutral.",
        "A calm face with no expression.",
        "The brows furrow in annoyance.",
        "The eyes widen in terror.",
        "A contemptuous lip corner.",
        "HAPPINESS shows in the cheeks.",
        "The lids droop, bored.",
        "An anxious look.",
        "A happily surprised face.",
    ],
)
def test_an_expression_word_is_found_in_any_form(text):
    assert "label_word" in codes(text)


@pytest.mark.parametrize("text", ["Both corners lift in a smile.", "She frowns.", "A grimace at 1.2 s.", "The mouth pouts."])
def test_words_that_say_what_a_movement_means_are_found(text):
    assert codes(text) == {"interpretation_word"}


@pytest.mark.parametrize(
    "text",
    [
        "The lip corners are depressed (AU15).",
        "The lids are tense and the jaw drops at a right angle.",
        "The brows scarcely move; a scar on the chin keeps still.",
        "From 0.60 s both lip corners are drawn up and back (AU12), with a severe peak at 1.20 s.",
        "The movements flow into each other.",
        "The content of the mouth is not visible.",
        "The lips are pressed together (AU24); the range of the movement is large.",
        "The left cheek is made smaller by the turn of the head.",
    ],
)
def test_movement_words_pass(text):
    assert codes(text) == set()


def test_a_plain_word_counts_where_it_is_a_label_of_the_set_in_use():
    assert codes("The movements flow into each other.", LABEL_SETS["academic-5"]) == {"label_word"}
    assert codes("A positive angle.", LABEL_SETS["micro-3"]) == {"label_word"}


def test_labels_of_ones_own_set_count():
    own = LabelSet("own", (Label("zoned out", (), ("spacey",)),))
    assert codes("The gaze is zoned  out.", own) == {"label_word"}
    assert codes("A spacey look.", own) == {"label_word"}
    assert codes("A spacey look.") == set()


def test_the_message_names_the_word_that_was_written():
    (fault,) = label_words(["She looks happy."], BASIC)
    assert "'happy'" in fault.message

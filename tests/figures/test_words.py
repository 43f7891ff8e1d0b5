import pytest
from markupsafe import Markup

from cot_engine.evidence import Event
from cot_engine.figures import words


def event(au: str, intensity: float, side: str = "both") -> Event:
    return Event(au=au, side=side, onset_s=0, apex_s=1, offset_s=2, intensity=intensity)


@pytest.mark.parametrize(
    ("probability", "expected"),
    [
        (1.0, "virtually certain"),
        (0.9, "very likely"),
        (0.89, "likely"),
        (0.5, "about as likely as not"),
        (0.2, "unlikely, though no other label is likelier"),
    ],
)
def test_likelihood_in_words(probability, expected):
    assert words.likelihood(probability) == expected


@pytest.mark.parametrize(
    ("probability", "expected"), [(0, "0 %"), (0.004, "under 1 %"), (0.914, "91 %"), (0.9951, "over 99 %"), (1, "100 %")]
)
def test_percent_never_rounds_to_certainty(probability, expected):
    assert words.percent(probability) == expected


def test_the_summary_names_each_unit_once_at_its_strongest():
    events = [
        event("AU12", 1.0),
        event("AU12", 4.5),
        event("AU6", 2.5),
        event("AU1", 0.5),
        event("AU2", 0.4),
        event("AU4", 0.3),
    ]
    assert words.movement_summary(events) == (
        "lip corner puller (AU12, maximum), cheek raiser (AU6, marked), inner brow raiser (AU1, trace) and 2 more"
    )


def test_only_units_with_sides_name_a_side():
    assert words.event_line(event("AU12", 3.4, "left")) == "AU12 lip corner puller, left side, severe (D), peak at 1.00 s"
    assert words.event_line(event("AU25", 1.4), still=True) == "AU25 lips part, slight (B)"


def test_control_characters_become_visible_and_safe_markup_stays():
    assert words.visible("a\u202eb\x1b\ud800\nc é") == "a[U+202E]b[U+001B][U+D800]\nc é"
    assert isinstance(words.visible(Markup("<b>\u202e</b>")), Markup)
    assert words.visible(3) == 3

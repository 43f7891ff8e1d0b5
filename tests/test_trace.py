import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cot_engine.trace import HEADINGS, Trace, parse_trace

GOOD = """Key observations
From 0.6 s both lip corners are drawn up (AU12).
The lips part slightly (AU25).

Overall interpretation
Cheeks and lip corners rise together.

Conclusion
happiness"""

# Words that the format itself uses, so that the properties meet them.
TRICKY = st.sampled_from(["Conclusion", "**key observations:**", "- ", "1. ", "* ", "_", "`", "\\", "\n", "\u2028", ": ", " "])
TEXTS = st.lists(st.one_of(TRICKY, st.text(max_size=12)), max_size=6).map("".join)


def fields(trace: Trace) -> tuple[tuple[str, ...], str, str]:
    return trace.observations, trace.interpretation, trace.conclusion


def test_a_well_formed_text_is_read_and_written_back_to_the_letter():
    trace = parse_trace(GOOD)
    assert trace.observations == ("From 0.6 s both lip corners are drawn up (AU12).", "The lips part slightly (AU25).")
    assert trace.interpretation == "Cheeks and lip corners rise together."
    assert trace.conclusion == "happiness"
    assert trace.problems == ()
    assert trace.text == GOOD


@given(st.lists(TEXTS, max_size=4), TEXTS, TEXTS)
@example(["Conclusion: sad"], "Key observations", "`*happiness*`")
@example(["\\Conclusion", "\\\\- conclusion"], "", "")
def test_text_and_back_gives_the_same_trace(observations, interpretation, conclusion):
    trace = Trace(observations=tuple(observations), interpretation=interpretation, conclusion=conclusion)
    assert fields(parse_trace(trace.text)) == fields(trace)


@given(st.lists(TEXTS, min_size=1, max_size=4), TEXTS, TEXTS)
def test_what_was_written_from_a_full_trace_has_no_problems(observations, interpretation, conclusion):
    trace = Trace(observations=tuple(observations), interpretation=interpretation, conclusion=conclusion)
    if all(fields(trace)):
        assert parse_trace(trace.text).problems == ()


@given(st.one_of(st.text(), TEXTS, st.lists(st.one_of(st.sampled_from(HEADINGS), TEXTS)).map("\n".join)))
@example("conclu\u017fion\nhappy")
@example("conclus\u0131on: happy")
@example("\u212aey observations\nx")
@example("1) - Conclusion")
def test_the_parser_never_raises_and_reads_its_own_text_again(text):
    trace = parse_trace(text)
    assert fields(parse_trace(trace.text)) == fields(trace)


@pytest.mark.parametrize(
    "heading", ["Conclusion", "## conclusion", "**Conclusion:**", "3. Conclusion:", "__CONCLUSION__", "> Conclusion"]
)
def test_decorated_headings_are_headings(heading):
    assert parse_trace(GOOD.replace("Conclusion", heading)).conclusion == "happiness"


def test_the_body_may_begin_on_the_line_of_its_heading():
    trace = parse_trace(
        "Key observations: the brows rise (AU1).\nOverall emotional interpretation: a start.\n**Conclusion:** surprise"
    )
    assert fields(trace) == (("the brows rise (AU1).",), "a start.", "surprise")
    assert trace.problems == ()


def test_bullets_and_numbers_before_observations_are_not_part_of_them():
    trace = parse_trace(GOOD.replace("From", "- From").replace("The lips", "2. The lips"))
    assert trace.observations == parse_trace(GOOD).observations


def test_a_decimal_number_is_no_bullet():
    assert Trace(observations=("1.2 s: the jaw drops.",), interpretation="", conclusion="").observations == (
        "1.2 s: the jaw drops.",
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("She looks happy.", "no headings"),
        ("Sure! Here it is:\n" + GOOD, "text before the first heading"),
        (GOOD + "\nConclusion\nsadness", "heading 'Conclusion' twice"),
        (GOOD.removesuffix("happiness"), "no section 'Conclusion'"),
        (GOOD.replace("Key observations\n", ""), "no section 'Key observations'"),
        ("Conclusion\nhappiness\n" + GOOD.removesuffix("Conclusion\nhappiness"), "headings out of order"),
    ],
)
def test_what_is_wrong_with_a_text_is_named(text, problem):
    assert problem in parse_trace(text).problems


def test_an_empty_text_lacks_all_sections():
    assert parse_trace("").problems == tuple(f"no section {heading!r}" for heading in HEADINGS)


def test_observations_are_one_line_each_and_empty_ones_vanish():
    trace = Trace(observations=("a\nb", "  ", "c"), interpretation="d\n\ne", conclusion=" f ")
    assert fields(trace) == (("a b", "c"), "d e", "f")

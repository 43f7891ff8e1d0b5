import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cot_engine.claims import Mentioned, find_mentions, mentions
from cot_engine.language.function_words import FIXED, INFLECTED
from cot_engine.language.lexicon import MOVES

SENTENCES = Path(__file__).parent / "data" / "sentences.txt"


def sections():
    for block in SENTENCES.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, *rows = block.strip().splitlines()
        yield pytest.param([row.rpartition("|") for row in rows], id=title)


def found(text):
    """``{"12:both a", "1/2 h", ...}``: denied pairs as their units, a choice of units as its first."""
    said = set()
    for mention in find_mentions(text):
        numbers = [au.removeprefix("AU") for au in mention.aus]
        if mention.pick == "measured" and mention.stance != "denied":
            numbers = ["/".join(numbers)]
        elif mention.pick == "first":
            numbers = numbers[:1]
        said |= {f"{number}{f':{mention.side}' if mention.side else ''} {mention.stance[0]}" for number in numbers}
    return said


@pytest.mark.parametrize("rows", list(sections()))
def test_what_a_sentence_says_of_which_action_units(rows):
    faults = []
    for text, _, expected in rows:
        wanted = {claim.strip() for claim in expected.split(";") if claim.strip()}
        if (said := found(text.strip())) != wanted:
            faults.append((text.strip(), "missing", wanted - said, "invented", said - wanted))
    assert faults == []


def times(text):
    return [[(t.kind, *(round(m.at(10.0), 2) for m in (t.start, t.end))) for t in m.times] for m in find_mentions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AU12 from 0.6 s on", ("onset", 0.6, 0.6)),
        ("AU12 begins at 600 ms.", ("onset", 0.6, 0.6)),
        ("AU12 does not begin until 0.6 s.", ("onset", 0.6, 0.6)),
        ("Not until 0.6 s does AU12 set in.", ("onset", 0.6, 0.6)),
        ("AU12 begins after 1.0 s.", ("onset", 1.0, 10.0)),
        ("AU12 starts between 0.5 and 0.7 s.", ("onset", 0.5, 0.7)),
        ("AU12, onset 0.6", ("onset", 0.6, 0.6)),
        ("AU12 peaks at 0:01.", ("apex", 1.0, 1.0)),
        ("AU12 reaches its maximum at 1.2s", ("apex", 1.2, 1.2)),
        ("At 1.2 s AU12 is strongest.", ("apex", 1.2, 1.2)),
        ("AU12 fades by 2.4 s.", ("offset", 2.4, 2.4)),
        ("AU12 holds to the end.", ("offset", 10.0, 10.0)),
        ("AU12 up to 2.4 s", ("offset", 2.4, 2.4)),
        ("AU12 at 1.2 s", ("at", 1.2, 1.2)),
        ("AU12 at about one and a half seconds", ("at", 1.5, 1.5)),
        ("AU12 rises at second 1.2", ("at", 1.2, 1.2)),
        ("AU12 0.6–2.4 s", ("span", 0.6, 2.4)),
        ("AU12 from 0.6 s until 2.4 s", ("span", 0.6, 2.4)),
        ("AU12 500-1700 ms", ("span", 0.5, 1.7)),
        ("AU12 throughout the clip", ("span", 0.0, 10.0)),
        ("AU12 between 0.6 and 2.4 s", ("during", 0.6, 2.4)),
        ("AU12 in the first half second", ("during", 0.0, 0.5)),
        ("AU12 in the second half of the clip", ("during", 5.0, 10.0)),
        ("AU12 near the end", ("during", 6.67, 10.0)),
        ("AU12 midway through the clip", ("during", 3.33, 6.67)),
        ("AU12 for 1.8 seconds", ("length", 1.8, 1.8)),
        ("a 0.4-second AU12", ("length", 0.4, 0.4)),
        ("AU12 lasts no more than half a second.", ("length", 0.5, 0.5)),
        ("AU12 before 0.5 s", ("before", 0.5, 0.5)),
        ("AU12 after 2.5 s", ("after", 2.5, 2.5)),
    ],
)
def test_how_a_time_is_told(text, expected):
    assert times(text) == [[expected]]


@pytest.mark.parametrize(
    "text",
    [
        "AU12 peaks half a second after it starts.",
        "AU12 and AU6 start within a tenth of a second of each other.",
        "AU12 reaches its peak in 0.6 s.",
        "A second AU12 follows.",
        "AU12 in 30 frames",
    ],
)
def test_relative_times_and_rates_add_no_time(text):
    assert all(not spans for spans in times(text))


def test_a_gapped_clause_keeps_the_kind_of_time():
    assert times("AU12 peaks at 1.2 s and AU6 at 1.1 s.") == [[("apex", 1.2, 1.2)], [("apex", 1.1, 1.1)]]


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("AU12D", "D"),
        ("AU12 (C)", "C"),
        ("AU12 at grade B", "B"),
        ("AU12 = 3.4", "D"),
        ("AU12 of intensity 1.2", "B"),
        ("AU12 reaches 4/5", "D"),
        ("a trace of AU12", "A"),
        ("AU12 is a little stronger", "B"),
        ("marked AU12", "C"),
        ("a pronounced smile", "D"),
        ("maximum AU12", "E"),
        ("AU12 has its maximum at 1.2 s", ""),
        ("AU12 starts slightly later", ""),
        ("AU12 is not strong", ""),
        ("a broad smile", ""),
    ],
)
def test_how_a_strength_is_told(text, grades):
    assert [m.grades for m in find_mentions(text)] == [tuple(grades)]


@pytest.mark.parametrize(
    ("text", "one_sided", "stronger"),
    [
        ("only the left brow is lowered", True, None),
        ("the left lip corner alone is raised", True, None),
        ("a unilateral smile", True, None),
        ("one corner of the mouth rises", True, None),
        ("she raises an eyebrow", True, None),
        ("the smile is not symmetrical", True, None),
        ("AU12 starts only at 1.2 s", False, None),
        ("both brows lower, stronger on the right", False, "right"),
        ("the left brow lowers more than the right", False, "left"),
    ],
)
def test_one_side_only_and_the_stronger_side(text, one_sided, stronger):
    assert [(m.one_sided, m.stronger) for m in find_mentions(text)][:1] == [(one_sided, stronger)]


def test_a_pronoun_goes_on_about_the_movement_before_and_keeps_its_side():
    first, second = find_mentions("Both lip corners rise from 0.6 s (AU12); the movement climbs to a severe peak at 1.2 s.")
    assert (first.aus, second.aus, second.side) == (("AU12",), ("AU12",), "both")
    assert ([t.kind for t in first.times], [t.kind for t in second.times], second.grades) == (["onset"], ["apex"], ("D",))


def test_words_without_a_subject_belong_to_the_movement_before():
    (only,) = find_mentions("AU12 starts at 0.6 s, peaks at 1.2 s, and fades by 2.4 s.")
    assert [t.kind for t in only.times] == ["onset", "apex", "offset"]


def test_times_and_strengths_stay_with_their_own_movement():
    smile, lids = find_mentions("A strong smile from 0.6 s with a slight lid tightening at 1.0 s.")
    assert (smile.grades, lids.grades) == (("D",), ("B",))
    assert ([t.kind for t in smile.times], [t.kind for t in lids.times]) == (["onset"], ["at"])


@pytest.mark.parametrize(
    ("text", "topic", "stance"),
    [
        ("Until 0.5 s the face is at rest.", "rest", "asserted"),
        ("Nothing moves.", "rest", "asserted"),
        ("The rest of the face stays still.", "others", "denied"),
        ("Nothing else moves.", "others", "denied"),
        ("The chin was hidden by a hand between 1.6 and 1.9 s.", "hidden", "asserted"),
        ("The lips cannot be seen.", "hidden", "asserted"),
        ("The mouth is never covered.", "hidden", "denied"),
        ("She is talking from 1 to 2 s.", "talking", "asserted"),
        ("He does not speak.", "talking", "denied"),
    ],
)
def test_statements_on_the_whole_face(text, topic, stance):
    assert [(m.topic, m.stance, m.aus) for m in find_mentions(text)] == [(topic, stance, ())]


def test_offsets_are_those_of_the_clause():
    text = "Key observations\n- The brows do not move; the lips part at 1.3 s."
    assert {text[m.start : m.end] for m in find_mentions(text)} == {"The brows do not move", "the lips part at 1.3 s"}


def test_mentions_gives_the_units_by_stance_without_evidence():
    text = "AU6 and AU12 are strong. The brows do not rise, and the lids may tighten. He squints."
    assert mentions(text) == Mentioned(
        asserted=frozenset({"AU6", "AU12", "AU7"}), denied=frozenset({"AU1", "AU2"}), hedged=frozenset({"AU7"})
    )


def test_a_trace_of_two_hundred_words_is_read_in_milliseconds():
    text = " ".join(row.rpartition("|")[0] for row in SENTENCES.read_text(encoding="utf-8").splitlines()[8:40])
    text = " ".join(text.split()[:200])

    def seconds(job):
        start = time.perf_counter()
        job()
        return time.perf_counter() - start

    def read():
        find_mentions.cache_clear()
        find_mentions(text)

    # Held against plain Python work, so that a slow or busy machine does not matter: 600 sums take 5 ms where one takes 8 us.
    pace = min(seconds(lambda: [sum(range(1000)) for _ in range(600)]) for _ in range(5))
    assert min(seconds(read) for _ in range(5)) < 2 * pace


WORDS = sorted(
    {word.replace("_", " ") for table in (MOVES, INFLECTED, FIXED) for entry in table.values() for word in entry.split()}
    | set("R14B 12D brows lids lip corners head eyes 0.6 1.2 s both left right".split(" "))  # noqa: SIM905
    | {"AU12", "AU6+12", *"(),.;:?|-—İſ", "\n"}
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)))
def test_any_text_is_read_without_raising_and_always_the_same(text):
    first = find_mentions(text)
    find_mentions.cache_clear()
    assert find_mentions(text) == first
    assert all(0 <= m.start < m.end <= len(text) for m in first)

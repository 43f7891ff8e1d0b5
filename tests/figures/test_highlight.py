from cot_engine.figures.highlight import highlight
from cot_engine.report import Claim, TraceOut
from cot_engine.trace import Trace

TRACE = TraceOut.of(
    Trace(observations=("The brows rise and fall.", "The jaw drops."), interpretation="The brows lead.", conclusion="surprise")
)


def claim(words: str, verdict: str = "supported", start: int | None = None) -> Claim:
    at = TRACE.text.index(words) if start is None else start
    return Claim(text=words, au="AU1", stance="asserted", verdict=verdict, reason=f"why {words}", start=at, end=at + len(words))


def runs(*claims: Claim) -> list[tuple[str, str | None]]:
    return [(run.text, run.verdict) for part in highlight(TRACE, claims) for line in part.lines for run in line]


def test_the_text_falls_under_its_three_headings():
    parts = highlight(TRACE, [])
    assert [(part.heading, [line[0].text for line in part.lines]) for part in parts] == [
        ("Key observations", ["The brows rise and fall.", "The jaw drops."]),
        ("Overall interpretation", ["The brows lead."]),
        ("Conclusion", ["surprise"]),
    ]


def test_nothing_of_the_text_is_lost_or_doubled():
    pieces = runs(claim("brows rise"), claim("rise and fall", "contradicted"), claim("jaw"))
    assert "".join(text for text, _ in pieces) == "The brows rise and fall.The jaw drops.The brows lead.surprise"


def test_the_worst_verdict_wins_where_claims_overlap():
    pieces = runs(claim("brows rise"), claim("rise and", "unverifiable"), claim("rise", "contradicted"))
    assert pieces[1:5] == [
        ("brows ", "supported"),
        ("rise", "contradicted"),
        (" and", "unverifiable"),
        (" fall.", None),
    ]


def test_a_run_names_all_its_claims_and_closes_those_that_end_there():
    parts = highlight(TRACE, [claim("brows rise"), claim("brows rise", "contradicted")])
    run = parts[0].lines[0][1]
    assert run.title == "1. supported: why brows rise\n2. contradicted: why brows rise"
    assert run.closing == (0, 1)


def test_a_claim_over_two_lines_is_marked_on_both():
    pieces = runs(claim("fall.\nThe jaw"))
    assert [text for text, verdict in pieces if verdict] == ["fall.", "The jaw"]


def test_offsets_that_hold_other_words_are_not_marked():
    assert not any(verdict for _, verdict in runs(claim("brows", start=2), claim("brows", start=9_999), claim("", start=3)))


def test_text_without_headings_is_kept():
    plain = TraceOut(observations=(), interpretation="", conclusion="", text="She smiles.\nThe end")
    assert [(part.heading, len(part.lines)) for part in highlight(plain, [])] == [(None, 2)]

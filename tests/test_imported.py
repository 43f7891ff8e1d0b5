import csv

import numpy as np
import pytest
from real_clip import real_clip

from cot_engine.analysis import analyze
from cot_engine.errors import Refusal
from cot_engine.imported import perceive_table


def test_the_real_openface_table_gives_evidence_of_one_person():
    perception = perceive_table(real_clip("OpenFace_Test.csv"), fps=25)
    (person,) = perception.people
    assert person.evidence.source == "OpenFace 2"
    assert person.evidence.baseline == "source"
    assert perception.clip.frames == 100
    assert perception.clip.duration_s == pytest.approx(99 / 25)
    assert all(event.left is None for event in person.evidence.events)


@pytest.fixture
def libreface(tmp_path):
    """A LibreFace table: AU12 rises to 4 from 1 s to 2 s with a strength, AU10 is there or not in the same second."""
    path = tmp_path / "libreface.csv"
    aus = [f"au_{n}" for n in (1, 2, 4, 6, 7, 10, 12, 14, 15, 17, 23, 24)]
    strengths = [f"au_{n}_intensity" for n in (1, 2, 4, 5, 6, 9, 12, 15, 17, 20, 25, 26)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["frame_idx", "frame_time_in_ms", "pitch", "yaw", "roll", *aus, *strengths, "facial_expression"])
        for i in range(90):
            t = i / 30
            on = 1 <= t <= 2
            presence = [int(on and au in ("au_10", "au_12")) for au in aus]
            strength = [
                round(float(np.interp(t, [1, 1.2, 1.8, 2], [0, 4, 4, 0])), 3) if s == "au_12_intensity" else 0.0
                for s in strengths
            ]
            writer.writerow([i, round(t, 4), 0, 0, 0, *presence, *strength, "Neutral"])
    return path


def test_presence_alone_is_never_told_as_strength(libreface):
    evidence = perceive_table(libreface).people[0].evidence
    events = {event.au: event for event in evidence.events}
    assert events["AU12"].strength_measured
    assert not events["AU10"].strength_measured
    observed = [line for line in analyze(libreface).report.people[0].trace.observations if "AU10" in line]
    assert observed
    assert not any(word in observed[0] for word in ("trace", "slight", "marked", "severe", "maximum"))


def test_times_come_from_the_table(libreface):
    evidence = perceive_table(libreface).people[0].evidence
    (smile,) = (event for event in evidence.events if event.au == "AU12")
    assert smile.onset_s == pytest.approx(1.03, abs=0.05)
    assert smile.offset_s == pytest.approx(1.97, abs=0.05)


def test_an_unknown_table_is_refused(tmp_path):
    path = tmp_path / "some.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(Refusal) as refused:
        perceive_table(path)
    assert refused.value.code == "bad_table"

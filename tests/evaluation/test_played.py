import json

import pytest

pa = pytest.importorskip("pyarrow")
import pyarrow.parquet as pq  # noqa: E402

from cot_engine.evaluation.played import played  # noqa: E402

PERSON = {"skin_tone": "dark", "age": "old", "gender": "female", "ancestry": "asian", "kind": "free"}
MASK = json.dumps([{"kind": "mask", "start_s": 0.5, "end_s": 1.0}])


def event(au="AU12", seen=(0.2, 1.2), **more):
    row = {"clip": "a", "au": au, "side": "both", "apex_s": 0.6, "seen_from_s": seen[0], "seen_to_s": seen[1]}
    return row | {"intensity": 3.0, "left": 3.0, "right": 2.0, "talking": False} | more


def read(root, *events, hidden=(), occluders="[]"):
    """One clip of 20 frames at 10 a second; ``hidden``: frames in which the mouth cannot be seen."""
    clip = {"clip": "a", "fps": 10.0, "frames": 20, "occluders": occluders, "talking": "[[0.1, 0.4]]", **PERSON}
    frames = [{"clip": "a", "time_s": n / 10, "hidden": ["mouth"] if n in hidden else []} for n in range(20)]
    schema = pa.schema([("clip", pa.string()), ("time_s", pa.float64()), ("hidden", pa.list_(pa.string()))])
    pq.write_table(pa.Table.from_pylist([clip]), root / "clips.parquet")
    pq.write_table(pa.Table.from_pylist(frames, schema=schema), root / "frames.parquet")
    pq.write_table(pa.Table.from_pylist(list(events)), root / "events.parquet")
    ((name, evidence, groups),) = played(root)
    assert name == "a"
    return evidence, groups


def test_an_event_lasts_as_long_as_it_can_be_seen(tmp_path):
    evidence, groups = read(tmp_path, event())
    (one,) = evidence.events
    assert (one.onset_s, one.apex_s, one.offset_s, one.intensity) == (0.2, 0.6, 1.2, 3.0)
    assert evidence.duration_s == 2.0
    assert groups == PERSON


def test_what_begins_before_the_clip_or_ends_after_it_has_no_border_in_it(tmp_path):
    evidence, _ = read(tmp_path, event(seen=(-0.5, 2.5)))
    (one,) = evidence.events
    assert (one.onset_s, one.offset_s, one.onset_seen, one.offset_seen) == (0.0, 2.0, False, False)


def test_what_never_shows_is_left_out(tmp_path):
    evidence, _ = read(tmp_path, event(), event("AU4", seen=(None, None)), event("AU5", seen=(2.5, 3.0)))
    assert [one.au for one in evidence.events] == ["AU12"]


def test_hidden_parts_come_with_their_times_and_reason(tmp_path):
    evidence, _ = read(tmp_path, event(), hidden=range(5, 10), occluders=MASK)
    (one,) = evidence.hidden
    assert (one.part, one.reason) == ("mouth", "mask")
    assert [(span.start_s, span.end_s) for span in one.spans] == [(0.5, pytest.approx(1.0))]


def test_a_part_that_nothing_covers_was_turned_away(tmp_path):
    evidence, _ = read(tmp_path, event(), hidden=[0])
    assert evidence.hidden[0].reason == "turned away"


def test_every_action_unit_is_known(tmp_path):
    evidence, _ = read(tmp_path, event())
    assert evidence.reach["AU23"] == 1.0
    assert [(span.start_s, span.end_s) for span in evidence.talking] == [(0.1, 0.4)]

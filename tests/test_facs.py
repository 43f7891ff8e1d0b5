import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cot_engine.errors import Refusal
from cot_engine.facs import ACTION_UNITS, LABEL_SETS, au_code, grade, load_label_set

BASIC = {"surprise", "fear", "disgust", "happiness", "sadness", "anger", "neutral"}


@pytest.mark.parametrize("value", ["AU6", "AU06", "au_6", "AU 6", "au-06", " au6 ", "6", "06", 6, 6.0, "6.0"])
def test_every_spelling_of_an_action_unit_is_one_code(value):
    assert au_code(value) == "AU6"


@pytest.mark.parametrize(
    "value", ["", "AU", "AU0", "AU3", "AU66", "12.5", 12.5, "AU12_r", "L12", "six", "²", "AU1²", float("nan"), True]
)
def test_what_names_no_action_unit_is_none(value):
    assert au_code(value) is None


@given(st.one_of(st.text(), st.floats(), st.integers(), st.just("9" * 5000)))
def test_au_code_never_raises_and_only_gives_known_codes(value):
    assert au_code(value) in {None, *ACTION_UNITS}


def test_names_follow_the_manual_of_2002():
    assert ACTION_UNITS["AU13"].name == "sharp lip puller"
    assert ACTION_UNITS["AU34"].name == "cheek puff"
    assert all(code == unit.code == f"AU{unit.number}" for code, unit in ACTION_UNITS.items())


@pytest.mark.parametrize(
    ("intensity", "letter"),
    [
        (0, None),
        (0.01, "A"),
        (1, "A"),
        (1.01, "B"),
        (2, "B"),
        (2.01, "C"),
        (3, "C"),
        (3.01, "D"),
        (4, "D"),
        (4.01, "E"),
        (5, "E"),
    ],
)
def test_grades_change_just_above_whole_numbers(intensity, letter):
    assert grade(intensity) == letter


@pytest.mark.parametrize("intensity", [-0.01, 5.01, math.nan, math.inf])
def test_an_intensity_off_the_scale_has_no_grade(intensity):
    with pytest.raises(ValueError, match="outside 0-5"):
        grade(intensity)


@pytest.mark.parametrize(
    ("name", "size"), [("basic-7", 7), ("basic-8", 8), ("compound-23", 23), ("mafw-11", 11), ("micro-3", 3), ("academic-5", 5)]
)
def test_label_sets_have_the_size_in_their_name(name, size):
    assert LABEL_SETS[name].name == name
    assert len(LABEL_SETS[name].labels) == size


@pytest.mark.parametrize("label_set", LABEL_SETS.values(), ids=LABEL_SETS)
def test_no_name_or_alias_stands_for_two_labels_and_every_au_exists(label_set):
    names = [name.casefold() for label in label_set.labels for name in (label.name, *label.aliases)]
    assert len(names) == len(set(names))
    for label in label_set.labels:
        for prototype in label.prototypes:
            assert prototype.core
            assert prototype.core | prototype.optional <= set(ACTION_UNITS)
            assert not prototype.core & prototype.optional


def test_the_sets_extend_the_basic_seven():
    assert set(LABEL_SETS["basic-7"].names) == BASIC
    assert set(LABEL_SETS["basic-8"].names) == BASIC | {"contempt"}
    assert set(LABEL_SETS["compound-23"].names) >= BASIC - {"neutral"}
    assert set(LABEL_SETS["mafw-11"].names) >= BASIC | {"contempt"}


def test_which_labels_an_action_unit_speaks_for():
    speaking = LABEL_SETS["basic-8"].speaking_for
    assert (speaking["AU12"], speaking["AU26"]) == (["happiness", "contempt if on one side"], ["surprise", "fear"])
    assert "AU45" not in speaking
    assert [ACTION_UNITS[au].number for au in speaking] == sorted(ACTION_UNITS[au].number for au in speaking)


def test_only_contempt_is_one_sided():
    one_sided = {label.name for label in LABEL_SETS["basic-8"].labels if any(p.one_sided for p in label.prototypes)}
    assert one_sided == {"contempt"}


@pytest.mark.parametrize("word", ["happiness", "Happy", "JOY", " joyful. ", "**happiness**", '"happy"', "`happy`\n"])
def test_a_label_is_found_by_name_and_alias_however_it_is_decorated(word):
    label = LABEL_SETS["basic-7"].find(word)
    assert label is not None
    assert label.name == "happiness"


@pytest.mark.parametrize("word", ["", "happ", "not happy", "contempt"])
def test_what_is_no_label_of_the_set_is_not_found(word):
    assert LABEL_SETS["basic-7"].find(word) is None


def label_file(tmp_path, text: str) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_label_set_of_ones_own_is_read(tmp_path):
    text = """
name: mine
labels:
  - name: interest
    aliases: [curious]
    prototypes:
      - core: [1, AU2]
        optional: ["05"]
      - {core: [14], one_sided: true}
  - name: rest
"""
    label_set = load_label_set(label_file(tmp_path, text))
    interest, rest = label_set.labels
    assert (label_set.name, interest.name, interest.aliases) == ("mine", "interest", ("curious",))
    assert interest.prototypes[0].core == {"AU1", "AU2"}
    assert interest.prototypes[0].optional == {"AU5"}
    assert [p.one_sided for p in interest.prototypes] == [False, True]
    assert rest.prototypes == ()


def test_a_built_in_set_is_loaded_by_name():
    assert load_label_set("basic-7") is LABEL_SETS["basic-7"]


def test_an_unknown_set_is_refused_with_the_known_ones():
    with pytest.raises(Refusal) as caught:
        load_label_set("basic-9")
    assert caught.value.code == "bad_labels"
    assert "basic-8" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "NoneType"),
        ("- a\n- b", "indices"),
        ("name: x", "'labels'"),
        ("labels: []", "'name'"),
        ("name: x\nlabels: []", "no labels"),
        ("name: x\nlabels: happy", "labels is not a list"),
        ("name: x\nlabels: [happy]", "'happy' is not a label"),
        ("name: x\nlabels: [[]]", "is not a label"),
        ("name: x\nlabels: [{aliases: [a]}]", "'name'"),
        ("name: x\nlabels: [{name: a, colour: red}]", "colour"),
        ("name: x\nlabels: [{name: a, aliases: sad}]", "aliases is not a list"),
        ("name: x\nlabels: [{name: a}, {name: b, aliases: [A]}]", "twice"),
        ("name: x\nlabels: [{name: a, prototypes: [12]}]", "12 is not a prototype"),
        ("name: x\nlabels: [{name: a, prototypes: [[]]}]", "is not a prototype"),
        ("name: x\nlabels: [{name: a, prototypes: [{core: [12], side: left}]}]", "side"),
        ("name: x\nlabels: [{name: a, prototypes: [{core: '12'}]}]", "core is not a list"),
        ("name: x\nlabels: [{name: a, prototypes: [{core: [12, 99]}]}]", "99"),
        ("name: x\nlabels: [{name: a, prototypes: [{core: [[12]]}]}]", "unhashable"),
        ("name: [x", "while parsing"),
    ],
)
def test_a_label_file_of_another_form_is_refused(tmp_path, text, told):
    with pytest.raises(Refusal) as caught:
        load_label_set(label_file(tmp_path, text))
    assert caught.value.code == "bad_labels"
    assert told in caught.value.message


def test_a_label_file_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00name")
    for path in (tmp_path / "none.yaml", tmp_path / "bytes.yaml"):
        with pytest.raises(Refusal) as caught:
            load_label_set(str(path))
        assert caught.value.code == "bad_labels"


def test_a_label_file_cannot_make_python_objects(tmp_path):
    with pytest.raises(Refusal):
        load_label_set(label_file(tmp_path, "name: !!python/object/apply:os.getcwd []\nlabels: [{name: a}]"))

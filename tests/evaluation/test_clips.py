import pytest
from fake_studio import FakeStudio

from cot_engine.corpora.base import Corpus, Sample
from cot_engine.corpora.catalogue import CORPORA
from cot_engine.errors import Refusal
from cot_engine.evaluation.clips import clips_of
from cot_engine.facs import LABEL_SETS
from cot_engine.studio.dataset import render_dataset

BASIC = LABEL_SETS["basic-7"]


def corpus(*samples, name="csv"):
    return Corpus(name, name, lambda root: iter(samples), ("happiness", "fear"), "")


def sample(id, label="happiness", split=None, **more):
    return Sample(id=id, corpus="csv", clip=None, label=label, split=split, **more)


def ids(clips):
    return [clip.id for clip in clips]


def test_the_test_part_is_asked_where_there_is_one(tmp_path):
    both = corpus(sample("a", split="train"), sample("b", split="test"), sample("c", split="validation"))
    assert ids(clips_of(both, tmp_path, BASIC)) == ["b"]
    assert ids(clips_of(corpus(sample("a", split="train"), sample("c", split="validation")), tmp_path, BASIC)) == ["c"]
    assert ids(clips_of(corpus(sample("a"), sample("b")), tmp_path, BASIC)) == ["a", "b"]


def test_only_labels_of_the_set_are_asked_for_and_the_count_is_of_those(tmp_path):
    rows = corpus(sample("a", label=None), sample("b"), sample("c", label="contempt"), sample("d", label="fear"), sample("e"))
    assert ids(clips_of(rows, tmp_path, BASIC)) == ["b", "d", "e"]
    assert ids(clips_of(rows, tmp_path, BASIC, 2)) == ["b", "d"]


def test_a_corpus_without_labels_is_asked_for_its_movements(tmp_path):
    assert ids(clips_of(corpus(sample("a", label=None)), tmp_path, BASIC)) == ["a"]


def test_five_folds_and_left_out_subjects(tmp_path):
    folded = corpus(sample("a", split="fold1"), sample("b", split="fold2"), sample("c", split="fold1-train"))
    assert [(c.id, c.fold) for c in clips_of(folded, tmp_path, BASIC)] == [("a", "fold1"), ("b", "fold2")]
    left_out = corpus(sample("a", subject="s1"), sample("b", subject="s2"), name="casme2")
    assert [c.fold for c in clips_of(left_out, tmp_path, BASIC)] == ["s1", "s2"]


def test_two_samples_of_one_name_and_no_samples_are_refused(tmp_path):
    for broken in (corpus(sample("a"), sample("a")), corpus()):
        with pytest.raises(Refusal) as refusal:
            clips_of(broken, tmp_path, BASIC)
        assert refusal.value.code == "bad_corpus"


def test_a_studio_set_brings_what_was_played_and_who_it_was(tmp_path):
    pytest.importorskip("pyarrow")
    render_dataset(tmp_path / "set", 6, 5, "test", renderer=FakeStudio)
    clips = clips_of(CORPORA["studio"], tmp_path / "set", LABEL_SETS["basic-7"])
    assert clips
    assert all(clip.truth in BASIC.names and clip.played.source == "studio score" for clip in clips)
    assert set(clips[0].groups) == {"skin_tone", "age", "gender", "ancestry", "kind"}

"""The published numbers, typed in again from the reference, against what the readers carry."""

import pytest

from cot_engine.corpora.bp4d import PARTS as BP4D_PARTS
from cot_engine.corpora.catalogue import CORPORA
from cot_engine.corpora.disfa import PARTS as DISFA_PARTS


@pytest.mark.parametrize(
    ("name", "split", "label", "percent"),
    [
        ("raf-db", "test", "happiness", 38.62),
        ("affectnet-kaggle", "validation", "neutral", 12.50),
        ("dfew", "fold1", "neutral", 22.81),
        ("ferv39k", "test", "neutral", 24.95),
        ("mafw", "fold1", "sadness", 15.99),
        ("meld", "test", "neutral", 48.12),
        ("ck+", "all", "surprise", 25.38),
    ],
)
def test_majority_of_the_published_counts(name, split, label, percent):
    found, share = CORPORA[name].majority(split)
    assert found == label
    assert round(100 * share, 2) == percent


@pytest.mark.parametrize(
    ("name", "split", "total"),
    [
        ("raf-db", "train", 12271),
        ("raf-db", "test", 3068),
        ("affectnet-kaggle", "train", 37553),
        ("affectnet-kaggle", "validation", 4000),
        ("dfew", "fold1", 2341),
        ("ferv39k", "train", 31088),
        ("ferv39k", "test", 7847),
        ("mafw", "fold1", 1839),
        ("meld", "test", 2610),
    ],
)
def test_class_counts_add_up_to_the_published_total(name, split, total):
    assert sum(CORPORA[name].counts[split]) == total == CORPORA[name].totals[split]


@pytest.mark.parametrize(("name", "total"), [("dfew", 11697), ("mafw", 9172)])
def test_the_test_parts_of_the_folds_make_up_the_whole(name, total):
    totals = CORPORA[name].totals
    assert sum(totals[f"fold{k}"] for k in range(1, 6)) == total == totals["all"]


def test_ferv39k_has_38935_clips_and_ck_plus_327_labelled_sequences():
    assert sum(CORPORA["ferv39k"].totals.values()) == 38935
    assert sum(CORPORA["ck+"].counts["all"]) == 327


@pytest.mark.parametrize("name", CORPORA)
def test_counts_name_every_label_once(name):
    corpus = CORPORA[name]
    assert len(set(corpus.labels)) == len(corpus.labels)
    assert all(len(counts) == len(corpus.labels) for counts in corpus.counts.values())


@pytest.mark.parametrize(("parts", "sizes"), [(DISFA_PARTS, [9, 9, 9]), (BP4D_PARTS, [14, 14, 13])])
def test_folds_over_people_share_nobody(parts, sizes):
    people = [part.split() for part in parts.values()]
    assert [len(part) for part in people] == sizes
    assert len({person for part in people for person in part}) == sum(sizes)


def test_raf_db_order_is_the_published_one():
    counts = dict(zip(CORPORA["raf-db"].labels, CORPORA["raf-db"].counts["test"], strict=True))
    assert counts == {
        "surprise": 329,
        "fear": 74,
        "disgust": 160,
        "happiness": 1185,
        "sadness": 478,
        "anger": 162,
        "neutral": 680,
    }

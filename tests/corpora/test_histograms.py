from collections import Counter

import pytest

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.corpora.histograms import judge_split, judge_total

COUNTED = [(name, split) for name, corpus in CORPORA.items() for split in corpus.counts]
NUMBERED = [(name, split) for name, split in COUNTED if CORPORA[name].first_index is not None]


def raw(name, counts, step=0):
    """A histogram of raw labels: numbers where the corpus has numbers, else names."""
    corpus = CORPORA[name]
    first = corpus.first_index
    keys = corpus.labels if first is None else [str(first + i + step) for i in range(len(counts))]
    return Counter({key: count for key, count in zip(keys, counts, strict=True) if count})


def codes(name, split, histogram):
    return [finding.code for finding in judge_split(CORPORA[name], split, histogram)]


def swapped(counts):
    """The smallest and the largest class exchanged, and which they are."""
    low, high = counts.index(min(c for c in counts if c)), counts.index(max(counts))
    changed = list(counts)
    changed[low], changed[high] = changed[high], changed[low]
    return changed, low, high


@pytest.mark.parametrize(("name", "split"), COUNTED)
def test_the_published_counts_themselves_are_clean(name, split):
    assert codes(name, split, raw(name, CORPORA[name].counts[split])) == []


@pytest.mark.parametrize(("name", "split"), COUNTED)
def test_a_third_of_the_release_is_only_incomplete(name, split):
    counts = [count // 3 for count in CORPORA[name].counts[split]]
    assert codes(name, split, raw(name, counts)) == ["incomplete"]


@pytest.mark.parametrize(("name", "split"), [pair for pair in COUNTED if pair != ("affectnet-kaggle", "validation")])
def test_two_exchanged_classes_are_named(name, split):
    corpus = CORPORA[name]
    changed, low, high = swapped(corpus.counts[split])
    (finding,) = judge_split(corpus, split, raw(name, changed))
    assert (finding.code, finding.severity) == ("permuted_labels", "fault")
    assert f"{corpus.labels[high]} ({min(c for c in changed if c)}) is {corpus.labels[low]}" in finding.message


def test_a_class_that_may_be_one_of_several_is_not_given_one_name():
    changed, _, _ = swapped(CORPORA["affectnet-kaggle"].counts["train"])
    (finding,) = judge_split(CORPORA["affectnet-kaggle"], "train", raw("affectnet-kaggle", changed))
    assert "contempt (5000) is one of neutral, happiness, sadness, surprise, fear, anger" in finding.message


def test_classes_of_one_size_cannot_be_told_apart_and_nothing_is_claimed():
    counts = list(CORPORA["affectnet-kaggle"].counts["validation"])
    assert codes("affectnet-kaggle", "validation", raw("affectnet-kaggle", counts[::-1])) == []


@pytest.mark.parametrize(("name", "split"), NUMBERED)
@pytest.mark.parametrize("step", [1, -1])
def test_numbers_that_count_from_elsewhere_are_named(name, split, step):
    counts = CORPORA[name].counts[split]
    (finding,) = judge_split(CORPORA[name], split, raw(name, counts, step))
    assert (finding.code, finding.severity) == ("shifted_labels", "fault")
    assert f"count from {CORPORA[name].first_index + step} " in finding.message


def test_a_shift_is_seen_without_published_counts_too():
    assert codes("affectnet", "train", Counter({str(i): 9 for i in range(1, 9)})) == ["shifted_labels"]
    assert codes("affectnet", "train", Counter({str(i): 9 for i in range(11)})) == []
    assert codes("dfew", "fold2", Counter({str(i): 9 for i in range(7)})) == ["shifted_labels"]
    assert codes("dfew", "fold2", Counter({str(i): 9 for i in range(8)})) == []


def test_more_than_published_is_a_fault_and_less_a_warning():
    assert [f.severity for f in judge_total("test", 11, 10)] == ["fault"]
    assert [f.severity for f in judge_total("test", 9, 10)] == ["warning"]
    assert judge_total("test", 10, 10) == []

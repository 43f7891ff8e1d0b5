import pytest
from predicted import predictions

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.evaluation.labels import always_majority
from cot_engine.evaluation.protocols import by_fold, protocol_section


def published(corpus, fold):
    """As many predictions as the fold's test part has clips: with the published labels where those are published."""
    known = CORPORA[corpus]
    counts = dict(zip(known.labels, known.counts["fold1"], strict=True))
    pairs = [(label, label) for label, n in counts.items() for _ in range(n)]
    total = known.totals[fold]
    return predictions((pairs + [(known.labels[0], known.labels[0])] * total)[:total], fold=fold)


@pytest.mark.parametrize(
    ("corpus", "sizes", "everything"),
    [("dfew", [2341, 2341, 2340, 2339, 2336], 11697), ("mafw", [1839, 1837, 1833, 1832, 1831], 9172)],
)
def test_the_published_sizes_of_the_five_folds(corpus, sizes, everything):
    rows = [p for fold in range(1, 6) for p in published(corpus, f"fold{fold}")]
    assert [len(part) for part in by_fold(rows).values()] == sizes
    section = protocol_section(rows)
    assert section.figure("WAR of fold1").n == sizes[0]
    assert section.figure("WAR, mean of 5 folds").n == everything
    assert ", ".join(map(str, sizes)) in section.sentences[0]


def test_fold_1_of_dfew_answered_neutral_throughout():
    section = protocol_section(always_majority(published("dfew", "fold1")))
    assert section.figure("WAR of fold1").value == pytest.approx(534 / 2341, abs=1e-9)
    assert section.figure("UAR of fold1").value == pytest.approx(1 / 7, abs=1e-9)


def test_the_mean_of_the_folds_is_not_the_score_of_all_clips():
    rows = predictions([("a", "a")] + [("a", "b")] * 3, fold=["fold1", "fold2", "fold2", "fold2"])
    section = protocol_section(rows)
    assert section.figure("WAR, mean of 2 folds").value == pytest.approx(0.5, abs=1e-9)
    assert "2 of the usual five folds" in section.sentences[1]


def test_left_out_subjects_are_pooled_before_f1_is_taken():
    pairs = [("negative", "negative"), ("positive", "negative"), ("positive", "positive")]
    section = protocol_section(predictions(pairs, subject=["s1", "s1", "s2"], fold=["s1", "s1", "s2"]))
    # negative: 2/(2+1), positive: 2/(2+1); the mean of the subjects' own scores would be another.
    assert section.figure("UF1, pooled over subjects").value == pytest.approx(2 / 3, abs=1e-9)
    assert section.figure("UAR, pooled over subjects").value == pytest.approx((1 + 1 / 2) / 2, abs=1e-9)


def test_no_folds_are_no_protocol():
    assert protocol_section(predictions([("a", "a")])).figures == ()

import numpy as np
import pytest
from predicted import predictions
from sklearn import metrics

from cot_engine.evaluation import confusion

LABELS = ("anger", "fear", "joy", "sadness")


def drawn(n=200, seed=0):
    rng = np.random.default_rng(seed)
    return [(LABELS[t], LABELS[t] if rng.random() < 0.5 else LABELS[rng.integers(4)]) for t in rng.integers(0, 4, n)]


def matrix(pairs):
    return confusion.rows(predictions(pairs), LABELS).sum(axis=0)


def test_a_matrix_counted_by_hand():
    found = matrix([("anger", "anger"), ("anger", "fear"), ("fear", "fear"), ("joy", None)])
    assert found[:3].tolist() == [[1, 1, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 0, 1]]
    assert confusion.war(found) == pytest.approx(2 / 4, abs=1e-9)
    assert confusion.uar(found) == pytest.approx((1 / 2 + 1 + 0) / 3, abs=1e-9)
    # anger: 2*1/(2+0+1), fear: 2*1/(2+1+0), joy: 0
    assert confusion.macro_f1(found) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3, abs=1e-9)


def test_scores_equal_those_of_scikit_learn():
    pairs = drawn()
    true, said = zip(*pairs, strict=True)
    found = matrix(pairs)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(true, said, labels=LABELS, zero_division=0)
    assert confusion.war(found) == pytest.approx(metrics.accuracy_score(true, said), abs=1e-9)
    assert confusion.uar(found) == pytest.approx(metrics.balanced_accuracy_score(true, said), abs=1e-9)
    assert confusion.macro_f1(found) == pytest.approx(metrics.f1_score(true, said, average="macro"), abs=1e-9)
    assert confusion.precisions(found) == pytest.approx(precision, abs=1e-9)
    assert confusion.recalls(found) == pytest.approx(recall, abs=1e-9)
    assert confusion.f1s(found) == pytest.approx(f1, abs=1e-9)


def test_scores_equal_those_of_torchmetrics():
    torch = pytest.importorskip("torch")
    from torchmetrics.functional.classification import multiclass_accuracy, multiclass_f1_score

    pairs = drawn(seed=1)
    true, said = (torch.tensor([LABELS.index(one) for one in side]) for side in zip(*pairs, strict=True))
    found = matrix(pairs)
    assert confusion.uar(found) == pytest.approx(float(multiclass_accuracy(said, true, 4, average="macro")), abs=1e-6)
    assert confusion.macro_f1(found) == pytest.approx(float(multiclass_f1_score(said, true, 4, average="macro")), abs=1e-6)


def test_a_label_that_is_never_given_takes_no_part_in_the_means():
    found = matrix([("anger", "joy"), ("anger", "anger")])
    assert confusion.uar(found) == 0.5
    assert np.isnan(confusion.f1s(found)[2])
    assert confusion.macro_f1(found) == pytest.approx(2 / 3, abs=1e-9)


def test_no_clips_have_no_score():
    assert np.isnan(confusion.war(np.zeros((4, 5))))
    assert np.isnan(confusion.uar(np.zeros((4, 5))))

from collections import Counter

import pytest
from predicted import all_answered, predictions

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.evaluation.labels import METRICS, always_majority, class_section, label_section

WAR, UAR, F1 = METRICS
RAF = dict(zip(CORPORA["raf-db"].labels, CORPORA["raf-db"].counts["test"], strict=True))
MIXED = [("anger", "anger"), ("anger", "joy"), ("joy", "joy"), ("joy", None)]


def test_the_majority_label_on_the_published_test_counts_of_raf_db_is_right_on_38_62_percent():
    section = label_section(all_answered(RAF, "happiness"))
    assert section.figure(WAR).n == 3068
    assert section.figure(WAR).value == pytest.approx(1185 / 3068, abs=1e-9)
    assert round(100 * section.figure(WAR).value, 2) == 38.62
    assert section.figure(UAR).value == pytest.approx(1 / 7, abs=1e-9)
    assert section.figure(f"{WAR} of always answering the commonest label").value == section.figure(WAR).value


@pytest.mark.parametrize(
    ("corpus", "split", "top", "percent"),
    [("dfew", "fold1", "neutral", 22.8), ("mafw", "fold1", "sadness", 16.0), ("ferv39k", "test", "neutral", 24.95),
     ("meld", "test", "neutral", 48.1), ("affectnet-kaggle", "validation", "neutral", 12.5)],
)  # fmt: skip
def test_the_majority_shares_of_the_published_test_parts(corpus, split, top, percent):
    known = CORPORA[corpus]
    counts = dict(zip(known.labels, known.counts[split], strict=True))
    section = label_section(all_answered(counts, top))
    digits = 2 if percent == 24.95 else 1
    assert round(100 * section.figure(WAR).value, digits) == percent
    assert section.figure(f"{WAR} of always answering the commonest label").value == section.figure(WAR).value


def test_one_label_for_every_clip_is_called_collapsed_by_name():
    said = label_section(all_answered(RAF, "happiness")).sentences
    assert any(sentence == "It always answers 'happiness': collapsed." for sentence in said)
    assert any("not shown to be better than always answering 'happiness'" in sentence for sentence in said)


def test_a_model_that_is_right_is_not_called_collapsed():
    pairs = [(label, label) for label, count in RAF.items() for _ in range(count)]
    section = label_section(predictions(pairs))
    assert section.figure(WAR).value == 1
    assert not [s for s in section.sentences if "ollapsed" in s or "not shown" in s]


def test_no_answer_is_a_wrong_answer_and_is_counted():
    rows = predictions([*MIXED, ("joy", None)], text=["x"] * 5, failed=[None] * 4 + ["no_face"])
    section = label_section(rows)
    assert section.figure(WAR).value == pytest.approx(2 / 5, abs=1e-9)
    assert section.figure("share without a readable label").value == pytest.approx(1 / 5, abs=1e-9)
    assert section.figure("share refused, with a code").value == pytest.approx(1 / 5, abs=1e-9)
    assert "1 of 5 clips were refused (no_face 1); they count as wrong." in section.sentences
    assert "1 of 5 answers name no single label of the set; they count as wrong." in section.sentences


def test_not_sure_counts_as_wrong_and_its_share_is_shown():
    rows = predictions([("anger", "anger"), ("joy", None)], probabilities={"anger": 0.5, "joy": 0.5})
    section = label_section(rows)
    assert section.figure(WAR).value == 0.5
    assert section.figure("share answered 'not sure'").value == 0.5


def test_a_refused_clip_is_wrong_even_with_an_answer_beside_it():
    rows = predictions([("anger", "anger"), ("joy", "joy")], failed=[None, "no_face"])
    assert label_section(rows).figure(WAR).value == 0.5


def test_the_codebook_stands_beside_the_score():
    section = label_section(predictions(MIXED), predictions([(t, "anger") for t, _ in MIXED]))
    assert section.figure(f"{WAR} of the codebook").value == 0.5
    assert section.figure(f"{UAR} of the codebook").value == 0.5


def test_the_majority_baseline_answers_clips_that_were_refused_too():
    rows = predictions([("joy", None), ("joy", None), ("anger", "anger")], failed=["no_face", None, None])
    assert Counter((p.answer, p.failed) for p in always_majority(rows)) == {("joy", None): 3}


def test_compound_f1_is_over_compound_expressions_alone():
    rows = predictions([("happily sad", "happily sad"), ("awed", "happiness"), ("happiness", "happiness")])
    section = label_section(rows)
    # happily sad 1, awed 0; the basic ones take no part.
    assert section.figure("compound macro-F1").value == pytest.approx(0.5, abs=1e-9)
    assert section.figure("compound macro-F1").n == 2


def test_without_truths_nothing_is_scored_and_the_report_says_so():
    section = label_section(predictions([(None, "joy")]))
    assert section.figure(WAR).value is None
    assert section.sentences[0] == "Labels cannot be judged: no clip has a true label."


def test_every_label_has_its_own_figures():
    section = class_section(predictions(MIXED))
    assert section.figure("recall of anger").value == 0.5
    assert section.figure("precision of joy").value == 0.5
    assert section.figure("F1 of anger").value == pytest.approx(2 / 3, abs=1e-9)


def test_labels_that_are_never_recognised_are_named():
    rows = predictions([("fear", "joy"), ("fear", "joy"), ("joy", "joy")])
    assert class_section(rows).sentences == ("Never recognised: fear.",)

import json
import re

import pytest
from faked import event, evidence
from predicted import certain

from cot_engine.evaluation.labels import METRICS
from cot_engine.evaluation.predict import by_codebook
from cot_engine.evaluation.prediction import Prediction
from cot_engine.evaluation.report import document
from cot_engine.evaluation.report_page import examples, render_report
from cot_engine.evaluation.report_text import markdown, number, with_interval
from cot_engine.facs import LABEL_SETS

BASIC = LABEL_SETS["basic-7"]
SMILE = evidence(event("AU6"), event("AU12"))
TEXT = "Key observations\nThe lip corners are pulled up (AU12).\n\nOverall interpretation\nA smile.\n\nConclusion\nhappiness"
JPEG = b"\xff\xd8\xff\xd9"


def clips(n=40, answer=None):
    names = BASIC.names
    return [
        Prediction(
            id=f"c{i}",
            subject=f"p{i % 20}",
            text=TEXT,
            evidence=SMILE,
            played=SMILE,
            groups={"age": ("young", "old")[i % 2]},
            **certain(names, names[i % 7], answer or names[i % 7], 0.8),
        )
        for i in range(n)
    ]


@pytest.fixture(scope="module")
def runs():
    return {"good": clips(), "always <happy>": clips(answer="happiness")}


@pytest.fixture(scope="module")
def said(runs):
    return document(runs, BASIC, {"corpus": "studio"}, codebook=by_codebook(runs["good"], BASIC, 0.45))


def test_every_number_has_its_n_and_those_over_clips_an_interval(said):
    figures = [f for model in said["models"].values() for section in model["sections"] for f in section["figures"]]
    assert len(figures) > 40
    assert all(isinstance(f["n"], int) for f in figures)
    assert all(f["value"] is not None or f["note"] for f in figures), "what cannot be computed says why"
    war = next(f for f in figures if f["name"] in METRICS)
    assert war["low"] <= war["value"] <= war["high"]


def test_the_document_is_json_without_nan(said):
    assert json.loads(json.dumps(said, allow_nan=False))["schema"] == "cot-engine/evaluation-report/1"


def test_all_questions_are_asked(said):
    titles = [section["title"] for section in said["models"]["good"]["sections"]]
    assert titles[0] == "Labels"
    assert {"Protocol", "Confidence", "By group", "Action units measured, clip by clip"} < set(titles)


def test_the_codebook_stands_beside_the_score(said):
    names = [f["name"] for f in said["models"]["good"]["sections"][0]["figures"]]
    assert "WAR (accuracy) of the codebook" in names


def test_the_markdown_names_the_collapse_and_shows_intervals(said):
    text = markdown(said)
    assert "- It always answers 'happiness': collapsed." in text
    assert re.search(r"\| WAR \(accuracy\) \| 1.000 \[1.000, 1.000\] \| 40 \|", text)
    assert "| happiness | 6 | 40 |" in text


def test_what_cannot_be_computed_is_a_dash_and_never_0():
    assert number(None) == "–"
    assert with_interval({"value": 0.5, "low": None, "high": None}) == "0.500"


def test_the_page_is_one_file_that_escapes_what_models_write(said, runs):
    page = render_report(said, runs, {"c0": JPEG})
    assert "<svg" in page
    assert "data:image/jpeg;base64,/9j/2Q==" in page
    assert "always &lt;happy&gt;" in page
    assert "always <happy>" not in page
    assert "always answers &#39;happiness&#39;: collapsed" in page
    assert not re.search(r'(?:src|href)="(?!data:|#)', page)


def test_examples_are_some_of_each_kind_and_the_most_confident(runs):
    wrong = [p for p in runs["always <happy>"] if p.truth != "happiness"]
    sure = wrong[5].model_copy(update={"probabilities": {"happiness": 0.99, "fear": 0.01}})
    chosen = examples([*runs["good"], sure, Prediction(id="x", truth="fear", failed="no_face")])
    assert [kind for kind, _ in chosen] == ["right", "right", "wrong", "without a label"]
    assert next(p for kind, p in chosen if kind == "wrong") == sure

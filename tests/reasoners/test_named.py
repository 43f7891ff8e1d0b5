import json

import pytest
from real_clip import real_clip
from stub_endpoint import Stub, error
from typer.testing import CliRunner

from cot_engine import mini
from cot_engine.cli import app
from cot_engine.errors import Refusal
from cot_engine.reasoners.codebook import Codebook
from cot_engine.reasoners.named import reasoner_named


@pytest.fixture
def stub(monkeypatch):
    pytest.importorskip("openai")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stub = Stub()
    yield stub
    stub.close()


def analyze(*more):
    return CliRunner().invoke(app, ["analyze", str(real_clip("single_face.jpg")), "--json", *more])


def test_the_codebook_by_name():
    assert isinstance(reasoner_named("codebook"), Codebook)


@pytest.mark.parametrize("name", ["minni", "no-such/model", "./folder", ""])
def test_what_names_no_model_is_refused_with_what_can_be_given(name):
    with pytest.raises(Refusal) as refused:
        reasoner_named(name)
    assert refused.value.code == "bad_model"
    assert "mini" in refused.value.hint


def test_mini_without_its_adapter_says_how_to_get_one(monkeypatch, tmp_path):
    monkeypatch.setattr(mini, "ADAPTER", tmp_path)
    with pytest.raises(Refusal) as refused:
        reasoner_named("mini")
    assert refused.value.code == "backend_missing"
    assert "build_mini.py" in refused.value.hint


def test_analyze_through_an_endpoint_is_checked_like_any_other(stub):
    result = analyze("--model", f"openai:{stub.url}#stub")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["model"]["name"] == f"openai:{stub.url}#stub"
    (person,) = report["people"]
    assert person["label"]["name"] == "happiness"
    # What the stub wrote is not what this picture shows: it has no times.
    (claim,) = person["claims"]
    assert claim["au"] == "AU12"
    assert claim["verdict"] != "supported"
    assert "a still image has no span" in claim["reason"]


def test_observe_asks_the_endpoint_for_no_expression(stub):
    result = analyze("--model", f"openai:{stub.url}#stub", "--observe")
    assert json.loads(result.stdout)["people"][0]["label"] is None
    assert len(stub.seen) == 1


@pytest.mark.parametrize(("status", "code"), [(401, "bad_teacher"), (404, "bad_teacher")])
def test_an_endpoint_that_rejects_us_ends_with_exit_3(stub, status, code):
    stub.usual = lambda body: error(status)
    result = analyze("--model", f"openai:{stub.url}#stub")
    assert result.exit_code == 3
    assert json.loads(result.stderr)["error"]["code"] == code
    assert result.stdout == ""

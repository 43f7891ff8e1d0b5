"""The embedded analyst as it ships: real weights, a real clip."""

import importlib.util
import json

import pytest
from faked import event, evidence
from real_clip import real_clip

from cot_engine import mini
from cot_engine.adapters import RECORD, fingerprint
from cot_engine.analysis import analyze
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.named import reasoner_named

pytestmark = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("torch", "transformers", "peft", "gguf"))), reason="the extra 'models'"
)
BASIC = LABEL_SETS["basic-7"]
SMILE = evidence(event("AU12", 4.2), event("AU6", 3.5))


@pytest.fixture(scope="module")
def analyst():
    return reasoner_named("mini")


def test_the_base_made_here_is_the_one_it_was_trained_on():
    recorded = json.loads((mini.ADAPTER / RECORD).read_text())
    assert recorded == {"base": "mini", "sha256": fingerprint(mini.model_directory())}


def test_a_smile_is_explained_in_the_right_form_and_every_claim_is_supported(analyst):
    from cot_engine.verify import verify

    told = analyst.explain(SMILE, BASIC, 0.45)
    assert told.trace.problems == ()
    checked = verify(told.trace.text, SMILE)
    assert {claim.verdict for claim in checked.claims} <= {"supported", "unverifiable"}
    assert checked.omissions == ()
    assert max(told.probabilities, key=told.probabilities.get) == "happiness"


def test_the_real_smile_is_happiness(analyst):
    (person,) = analyze(real_clip("single_face.mp4"), reasoner=analyst).report.people
    assert max(person.label.probabilities, key=person.label.probabilities.get) == "happiness"


def test_what_ships_is_small_and_holds_no_pickle():
    files = [mini.TOWER, *(path for path in mini.ADAPTER.rglob("*") if path.is_file())]
    assert {path.suffix for path in files} <= {".safetensors", ".json"}
    assert sum(path.stat().st_size for path in files) < 24 << 20

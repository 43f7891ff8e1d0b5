"""The teacher against a real server: ``transformers serve`` with the installed SmolLM2-135M, on loopback."""

import json
import urllib.request
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from served_model import Served

from cot_engine.corpora.tables import CSV
from cot_engine.facs import LABEL_SETS

for needed in ("openai", "torch", "transformers", "uvicorn", "fastapi"):
    pytest.importorskip(needed)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

CLIPS = {"a": ("happiness", "6C+12D"), "b": ("anger", "4D+7C"), "c": ("surprise", "1C+2C+26D")}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    served = Served(folder, folder / "log.txt")
    yield served
    served.close()


@pytest.fixture
def settings(monkeypatch):
    from cot_engine.reasoners.chat import Sampling
    from cot_engine.reasoners.ledger import Prices

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return {
        "prices": Prices(Decimal(2), Decimal(10)),
        "sampling": Sampling(max_tokens=96, votes=4, reasks=1),
        # It computes one answer after the other, and goes on when the client has given up.
        "timeout_s": 600,
        "max_retries": 0,
    }


def test_a_weak_model_is_turned_down_and_everything_is_counted(served, settings, tmp_path):
    from cot_engine.engine.build import ROWS, Plan, build
    from cot_engine.engine.journal import Rows
    from cot_engine.reasoners.chat import chat_teacher

    media = tmp_path / "media"
    media.mkdir()
    for name in CLIPS:
        (media / f"{name}.jpg").write_text(name)
    table = "".join(f"{name}.jpg,{label},{aus}\n" for name, (label, aus) in CLIPS.items())
    (media / "rows.csv").write_text(f"clip,label,aus\n{table}")

    def run(out):
        teacher = chat_teacher(f"{served.url}#{served.model}", out=tmp_path / "teacher", **settings)
        plan = Plan(CSV, media, out, teacher, LABEL_SETS["basic-7"], rounds=1, aus="expert")
        return build(plan), teacher, list(Rows(out / ROWS))

    finished, teacher, rows = run(tmp_path / "run")
    asked = served.answered
    spends = [json.loads(line) for line in (tmp_path / "teacher" / "ledger.jsonl").read_text().splitlines()]
    kept = [json.loads(path.read_text()) for path in (tmp_path / "teacher" / "requests").glob("*/*.json")]

    # Every row ended once, and most were turned down, each with its reason.
    assert sorted(Path(row.id.split(":")[0]).stem for row in rows) == sorted(CLIPS)
    status = Counter(row.status for row in rows)
    assert finished.counts == {"in": 3, "accepted": status["accepted"], "rejected": status["rejected"], "duplicates": 0}
    assert status["rejected"] >= 2
    assert all(row.reasons for row in rows if row.status == "rejected")

    # The ledger is what the server was asked and what it counted, to the token.
    usage = [answer["response"]["usage"] for answer in kept]
    assert teacher.spent()["requests"] == len(spends) == len(kept) == asked
    assert teacher.spent()["attempts"] == asked
    assert teacher.spent()["prompt_tokens"] == sum(u["prompt_tokens"] for u in usage) > 0
    assert teacher.spent()["completion_tokens"] == sum(u["completion_tokens"] for u in usage) > 0
    exact = sum(settings["prices"].cost(u["prompt_tokens"], u["completion_tokens"]) for u in usage)
    assert sum(Decimal(spend["cost"]) for spend in spends) == exact

    # No row was asked more often than once and one re-ask a step, votes apart.
    assert len(CLIPS) <= sum(spend["purpose"] == "describe" for spend in spends) <= 2 * len(CLIPS)

    # The same run into another folder gives the same rows and asks nothing.
    _, again, same = run(tmp_path / "again")
    assert [row.model_dump() for row in same] == [row.model_dump() for row in rows]
    assert served.answered == asked
    assert again.spent()["cost"] == teacher.spent()["cost"]
    assert again.spent()["cached"] == asked


def test_it_ignores_schema_and_log_probabilities_and_rejects_another_model(served, settings, tmp_path):
    """What the page on ``transformers serve`` says; when this fails, the server can do more than it could."""
    from cot_engine.errors import Refusal
    from cot_engine.reasoners.chat import chat_teacher

    before = served.answered
    with pytest.raises(Refusal) as refused:
        chat_teacher(f"{served.url}#another", out=None, **settings).explain(_evidence(), None, 0.5)
    assert refused.value.code == "bad_teacher"
    assert "another" in refused.value.message
    assert served.answered == before
    body = {
        "model": served.model,
        "messages": [{"role": "user", "content": "What is the capital of France?"}],
        "temperature": 0,
        "max_completion_tokens": 16,
        "logprobs": True,
        "response_format": {"type": "json_object"},
    }
    request = urllib.request.Request(
        f"{served.url}/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=600) as answer:
        (choice,) = json.load(answer)["choices"]
    # The converted weights still know what the model knew.
    assert "Paris" in choice["message"]["content"]
    assert not choice["message"]["content"].startswith("{")
    assert "logprobs" not in choice


def test_it_counts_tokens_as_the_local_tokenizer_does(served, settings):
    from cot_engine.reasoners.token_parity import check_tokens

    check_tokens(f"openai:{served.url}#{served.model}", served.model, pictured=False)


def _evidence():
    from faked import event, evidence

    return evidence(event("AU12", 3.5))

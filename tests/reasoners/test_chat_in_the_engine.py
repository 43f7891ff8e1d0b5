"""A whole run of the engine through an endpoint that fails in every way it can."""

import json
import re
from collections import Counter
from decimal import Decimal

import pytest
from stub_endpoint import INTERPRETATION, Stub, completion, error

from cot_engine.corpora.tables import CSV
from cot_engine.engine.build import ROWS, Plan, build
from cot_engine.engine.journal import Rows
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.chat import chat_teacher
from cot_engine.reasoners.ledger import Prices

pytest.importorskip("openai")
PRICES = Prices(Decimal(2), Decimal(10))
SAID = {
    "AU6": "The cheeks are raised (AU6).",
    "AU10": "The upper lip is raised (AU10).",
    "AU12": "The lip corners are drawn up (AU12).",
    "AU25": "The lips part (AU25).",
    "AU26": "The jaw drops (AU26).",
}
CODED = ["12", "6+12", "12+25", "6+12+25", "10+12", "12+26", "6+10+12", "12+25+26"]


class Delivered(Stub):
    """Good descriptions of what it is given, after the answers planted for that evidence (``planted``: AUs -> answers)."""

    def __init__(self, planted):
        super().__init__()
        self.planted = planted
        self.usual = self.answer

    def answer(self, body):
        first, last = body["messages"][0]["content"], body["messages"][-1]["content"]
        if "<evidence>" in first:
            aus = re.findall(r"^- (AU\d+)", first, re.MULTILINE)
            waiting = self.planted.get("+".join(au.removeprefix("AU") for au in aus))
            good = completion({"observations": [SAID[au] for au in aus]}, tokens=(200, 30))
            answer = waiting.pop(0) if waiting else good
        elif "its letter and nothing else" in last:
            answer = completion("D", tokens=(50, 1))
        else:
            answer = completion(INTERPRETATION)
        return answer


@pytest.fixture
def media(tmp_path, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path / "media"
    folder.mkdir()
    for name in CODED:
        (folder / f"{name}.jpg").write_text(name)
    (folder / "rows.csv").write_text("clip,label,aus\n" + "".join(f"{name}.jpg,happiness,{name}\n" for name in CODED))
    return folder


def run(stub, media, out):
    teacher = chat_teacher(f"{stub.url}#stub", out=out, prices=PRICES, max_retries=1, timeout_s=1)
    plan = Plan(CSV, media, out, teacher, LABEL_SETS["basic-7"], rounds=2, aus="expert")
    try:
        return build(plan), teacher
    except Refusal as refusal:
        return refusal, teacher


def test_no_row_is_lost_none_doubled_and_the_spend_is_exact(media, tmp_path):
    slow = completion({"observations": [SAID["AU12"], SAID["AU26"]]}, tokens=(200, 30))
    slow.hang = 1.5
    planted = {
        "12": [error(429, retry_after="0.05")],
        "6+12": [completion('{"observations": ["The che', finish="length", tokens=(200, 1024))],
        "12+25": [completion({"wrong": True}, tokens=(200, 4))],
        "6+12+25": [error(500, retry_after_ms="1")],
        "10+12": [error(429, "insufficient_quota")],
        "12+26": [slow, slow],
        "6+10+12": [completion(None, refusal="no", tokens=(200, 3))],
        # Something was left out: the guards find it, and the second round does better.
        "12+25+26": [completion({"observations": [SAID["AU12"]]}, tokens=(200, 8))],
    }
    stub = Delivered(planted)
    try:
        ends, spent = [], {}
        for _ in range(6):
            end, teacher = run(stub, media, tmp_path / "out")
            spent = teacher.spent()
            if not isinstance(end, Refusal):
                break
            ends.append(end.code)
        rows = list(Rows(tmp_path / "out" / ROWS))
        again, _ = run(stub, media, tmp_path / "out")
        asked = len(stub.seen)
        fresh, _ = run(stub, media, tmp_path / "out")
    finally:
        stub.close()
    assert "teacher_quota" in ends
    assert set(ends) <= {"teacher_quota", "teacher_unavailable"}
    assert [row.id.split(".")[0] for row in rows] == CODED
    assert Counter(row.status for row in rows) == {"accepted": 7, "rejected": 1}
    assert {row.id.split(".")[0]: row.reasons for row in rows if row.reasons} == {"6+10+12": ("teacher_refused",)}
    assert [len(row.tries) for row in rows] == [1, 1, 1, 1, 1, 1, 0, 2]
    assert again.counts == fresh.counts == {"in": 8, "accepted": 7, "rejected": 1, "duplicates": 0}
    assert len(stub.seen) == asked
    # What the stub delivered, each answer once, although one came twice and some runs were cut off.
    ledger = [json.loads(line) for line in (tmp_path / "out" / "ledger.jsonl").read_text().splitlines()]
    delivered = [body["usage"] for body in stub.delivered.values()]
    exact = sum(PRICES.cost(usage["prompt_tokens"], usage["completion_tokens"]) for usage in delivered)
    assert sum(Decimal(row["cost"]) for row in ledger) == exact
    assert Decimal(str(spent["cost"])) == exact
    paid = [row["request"] for row in ledger if not row["cached"] and row["usage"] != "none"]
    assert len(paid) == len(set(paid)) == len(delivered)

from decimal import Decimal

import pytest

from cot_engine.errors import Refusal
from cot_engine.reasoners.ledger import Ledger, Prices, Spend
from cot_engine.reasoners.request_cache import RequestCache, request_key


def spend(request="r", response="a", **more):
    fields = {
        "purpose": "describe",
        "model": "m",
        "prompt_tokens": 100,
        "completion_tokens": 20,
        "usage": "reported",
        "attempts": 1,
        "finish_reason": "stop",
        "outcome": "answered",
        "cost": Decimal("0.1"),
        "cached": False,
    }
    return Spend(request=request, response=response, **(fields | more))


def test_costs_are_exact_decimals():
    prices = Prices(Decimal("0.15"), Decimal("0.60"))
    assert sum(prices.cost(1, 1) for _ in range(1000)) == Decimal("0.00075")


def test_totals_survive_the_process(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    for number in range(3):
        ledger.count(spend(f"r{number}"))
    assert Ledger(tmp_path / "ledger.jsonl").totals == ledger.totals
    assert ledger.totals.cost == Decimal("0.3")
    assert (ledger.totals.requests, ledger.totals.prompt_tokens, ledger.totals.completion_tokens) == (3, 300, 60)


def test_a_delivery_is_counted_once_and_another_answer_to_the_same_request_again(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    for response in ("a", "a", "b"):
        ledger.count(spend(response=response))
    Ledger(tmp_path / "ledger.jsonl").count(spend(response="b"))
    assert ledger.totals.requests == 2
    assert len((tmp_path / "ledger.jsonl").read_text().splitlines()) == 2


def test_a_failure_before_an_answer_without_an_id_does_not_hide_it():
    ledger = Ledger(None)
    ledger.count(spend(response="", usage="none", outcome="teacher_unavailable", cost=Decimal(0)))
    ledger.count(spend(response=""))
    assert ledger.totals.cost == Decimal("0.1")
    assert ledger.totals.failed == 1


def test_opening_makes_no_folder(tmp_path):
    Ledger(tmp_path / "teacher" / "ledger.jsonl")
    RequestCache(tmp_path / "teacher" / "requests").get("0" * 64)
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_is_not_ours_is_refused(tmp_path):
    (tmp_path / "ledger.jsonl").write_text('{"cost": 0}\n')
    with pytest.raises(Refusal, match="not one of ours"):
        Ledger(tmp_path / "ledger.jsonl")


def test_the_cap_counts_what_is_under_way():
    ledger = Ledger(None, budget=Decimal(1))
    with ledger.hold(Decimal("0.6")):
        assert not ledger.fits(Decimal("0.6"))
        assert ledger.fits(Decimal("0.4"))
    assert ledger.fits(Decimal(1))
    with pytest.raises(Refusal, match="0 of 1") as refused:
        ledger.fits(Decimal("1.01"))
    assert refused.value.code == "budget_spent"


@pytest.mark.parametrize("folder", [None, "requests"])
def test_answers_are_kept_under_their_request(tmp_path, folder):
    cache = RequestCache(folder and tmp_path / folder)
    key = request_key("http://h/v1", {"model": "m", "temperature": 0})
    assert cache.get(key) is None
    cache.put(key, {"response": {"text": "Ü"}})
    assert cache.get(key) == {"response": {"text": "Ü"}}
    assert not list(tmp_path.rglob(".unfinished-*"))


def test_every_part_of_a_request_is_in_its_key():
    payload = {"model": "m", "messages": [{"role": "user", "content": "x"}], "temperature": 0, "seed": 1}
    keys = {request_key("u", payload), request_key("v", payload), request_key("u", dict(reversed(payload.items())))}
    keys |= {request_key("u", payload | {name: "other"}) for name in payload}
    assert len(keys) == 2 + len(payload)


def test_a_damaged_answer_is_refused_not_used(tmp_path):
    cache = RequestCache(tmp_path)
    cache.put("ab" * 32, {"response": {}})
    (file,) = tmp_path.rglob("*.json")
    file.write_text('{"respo')
    with pytest.raises(Refusal, match="damaged"):
        cache.get("ab" * 32)

import re

import pytest
from stub_endpoint import Stub, completion

from cot_engine.errors import Refusal
from cot_engine.reasoners.token_parity import check_tokens

for needed in ("openai", "transformers", "torch", "trl"):
    pytest.importorskip(needed)


@pytest.fixture
def stub(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    stub = Stub()
    yield stub
    stub.close()


@pytest.fixture(scope="module")
def processor(tmp_path_factory):
    import tiny_vlm

    folder = tmp_path_factory.mktemp("processor")
    tiny_vlm.processor().save_pretrained(folder)
    return str(folder)


def refusal(stub, processor, pictured, tokens):
    # The same request is answered alike by the stub, unless it forgets.
    stub.delivered.clear()
    stub.script.append(completion("ok", tokens=tokens))
    with pytest.raises(Refusal) as refused:
        check_tokens(f"openai:{stub.url}#stub", processor, pictured=pictured)
    return refused.value


@pytest.mark.parametrize("pictured", [False, True])
def test_only_the_exact_count_passes(stub, processor, pictured):
    found = refusal(stub, processor, pictured, (7, 1))
    assert found.code == "bad_teacher"
    exact = int(re.search(r"makes (\d+) of", found.message)[1])
    for tokens in (exact - 1, exact + 1):
        assert refusal(stub, processor, pictured, (tokens, 1)).code == "bad_teacher"
    stub.delivered.clear()
    stub.script.append(completion("ok", tokens=(exact, 1)))
    check_tokens(f"openai:{stub.url}#stub", processor, pictured=pictured)
    sent = stub.seen[-1][1]["messages"][0]["content"]
    text = sent if isinstance(sent, str) else "".join(part.get("text", "") for part in sent)
    # One token a byte, a few around the message, and with pictures some for each of the two.
    more = exact - len(text.encode())
    assert 0 < more < 64
    assert isinstance(sent, str) is not pictured
    if pictured:
        assert [part["type"] for part in sent].count("image_url") == 2


def test_a_server_that_counts_nothing_is_refused(stub, processor):
    assert "does not say how many" in refusal(stub, processor, False, None).message


def test_a_folder_without_a_processor_is_refused_before_anything_is_sent(stub, tmp_path):
    with pytest.raises(Refusal) as refused:
        check_tokens(f"openai:{stub.url}#stub", str(tmp_path), pictured=False)
    assert refused.value.code == "bad_model"
    assert stub.seen == []

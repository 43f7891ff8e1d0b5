import json

import pytest

from cot_engine.adapters import check_adapter, fingerprint, write_base
from cot_engine.errors import Refusal


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "base-model"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@pytest.fixture
def adapter(tmp_path, base):
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"lora")
    write_base(folder, base)
    return folder


def refused(adapter, base):
    with pytest.raises(Refusal) as caught:
        check_adapter(adapter, base)
    return caught.value


def test_an_adapter_of_this_base_passes_also_where_the_base_lies_elsewhere(adapter, base):
    check_adapter(adapter, base)
    check_adapter(adapter, base.rename(base.with_name("moved")))


def test_the_record_names_the_base_without_its_folder(adapter):
    record = json.loads((adapter / "base.json").read_text())
    assert record["base"] == "base-model"
    assert len(record["sha256"]) == 64


def test_an_adapter_for_another_base_is_refused_by_its_weights(adapter, base):
    (base / "model.safetensors").write_bytes(b"others")
    refusal = refused(adapter, base)
    assert refusal.code == "wrong_adapter"
    assert "base-model" in refusal.message


def test_a_wrong_hash_or_none_is_refused(adapter, base):
    (adapter / "base.json").write_text(json.dumps({"base": "base-model", "sha256": "0" * 64}))
    assert refused(adapter, base).code == "wrong_adapter"
    (adapter / "base.json").unlink()
    assert refused(adapter, base).code == "wrong_adapter"


@pytest.mark.parametrize("name", ["adapter_model.bin", "extra.pt", "state.pkl", "training_args.bin", "below/weights.pth"])
def test_a_pickle_anywhere_in_the_folder_is_refused(adapter, base, name):
    (adapter / name).parent.mkdir(exist_ok=True)
    (adapter / name).write_bytes(b"pickle")
    refusal = refused(adapter, base)
    assert refusal.code == "unsafe_weights"
    assert name.split("/")[-1] in refusal.message


def test_without_safetensors_nothing_is_loaded(adapter, base):
    (adapter / "adapter_model.safetensors").unlink()
    assert refused(adapter, base).code == "unsafe_weights"
    assert refused(adapter / "absent", base).code == "unreadable_input"
    (base / "model.safetensors").unlink()
    with pytest.raises(Refusal, match="safetensors"):
        fingerprint(base)


def test_every_shard_counts(base):
    before = fingerprint(base)
    (base / "model-00002.safetensors").write_bytes(b"more")
    assert fingerprint(base) != before

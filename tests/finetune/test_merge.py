import shutil

import pytest
import tiny_families
import torch
from merge import merge
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForImageTextToText, AutoProcessor

from cot_engine.adapters import write_base
from cot_engine.errors import Refusal


def adapter_of(base, folder, strength):
    torch.manual_seed(1)
    model = AutoModelForImageTextToText.from_pretrained(base, dtype=torch.bfloat16)
    tuned = get_peft_model(
        model, LoraConfig(r=4, target_modules="all-linear", exclude_modules=r".*(visual|vision|connector|multi_modal).*")
    )
    for name, parameter in tuned.named_parameters():
        if "lora_B" in name:
            parameter.data.normal_(0, strength) if strength else parameter.data.zero_()
    tuned.save_pretrained(folder)
    AutoProcessor.from_pretrained(base).save_pretrained(folder)
    write_base(folder, base)
    return folder


@pytest.mark.parametrize("family", tiny_families.FAMILIES)
def test_the_merged_model_does_what_base_and_adapter_do(family, tiny, tmp_path):
    base = tiny(family)
    effect, error = merge(base, adapter_of(base, tmp_path / "adapter", 0.3), tmp_path / "merged")
    assert 0 <= error < 0.1 * effect
    assert not list((tmp_path / "merged").glob("adapter*"))
    saved = AutoModelForImageTextToText.from_pretrained(tmp_path / "merged")
    assert saved.dtype == torch.bfloat16
    AutoProcessor.from_pretrained(tmp_path / "merged")


def test_an_adapter_that_changes_nothing_is_an_error(tiny, tmp_path):
    base = tiny("qwen3_vl")
    with pytest.raises(ValueError, match="changes nothing"):
        merge(base, adapter_of(base, tmp_path / "adapter", 0), tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


def test_another_base_and_a_pickle_are_refused_before_anything_is_loaded(tiny, tmp_path, monkeypatch):
    base = tiny("qwen3_vl")
    adapter = adapter_of(base, tmp_path / "adapter", 0.3)
    monkeypatch.setattr("merge.AutoModelForImageTextToText", None)
    other = tiny_families.save("qwen3_vl", tmp_path / "other", seed=1)
    with pytest.raises(Refusal) as refused:
        merge(other, adapter, tmp_path / "merged")
    assert refused.value.code == "wrong_adapter"
    shutil.copy(adapter / "adapter_model.safetensors", adapter / "adapter_model.bin")
    with pytest.raises(Refusal) as refused:
        merge(base, adapter, tmp_path / "merged")
    assert refused.value.code == "unsafe_weights"

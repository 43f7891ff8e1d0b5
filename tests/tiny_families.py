"""Random checkpoints of every model family we fine-tune, a few hundred thousand weights each: no file, no network.

Byte-level tokenizers built in code; templates as the published processors have them (TRL's copies, and ours for InternVL).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tiny_vlm

FAMILIES = ("smolvlm", "qwen2_5_vl", "qwen3_vl", "internvl")
# What the recipes of each family write into their YAML.
VISION = {
    "smolvlm": ["model.vision_model", "model.connector"],
    "qwen2_5_vl": ["model.visual"],
    "qwen3_vl": ["model.visual"],
    "internvl": ["model.vision_tower", "model.multi_modal_projector"],
}
INTERNVL_TEMPLATE = str(Path(__file__).parents[1] / "finetune/templates/internvl_training.jinja")
_TEXT = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 8192,
}


def save(family: str, folder: Path, seed: int = 0) -> str:
    """Writes the checkpoint with its processor; returns the folder as the trainer takes it."""
    import torch
    from transformers import set_seed

    set_seed(seed)
    processor = _PROCESSORS[family]()
    model = _MODELS[family](processor.tokenizer)
    if model.generation_config is not None:
        model.generation_config.pad_token_id = processor.tokenizer.pad_token_id
        model.generation_config.eos_token_id = processor.tokenizer.eos_token_id
    model.to(torch.bfloat16).save_pretrained(folder)
    processor.save_pretrained(folder)
    return str(folder)


def _tokenizer(special: Sequence[str], eos: str, pad: str, **extra: str) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    inner = Tokenizer(models.BPE({letter: n for n, letter in enumerate(alphabet)}, []))
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    inner.decoder = decoders.ByteLevel()
    inner.add_special_tokens(list(special))
    return PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token=eos, pad_token=pad, extra_special_tokens=extra, model_max_length=8192
    )


def _smolvlm_processor() -> Any:
    from transformers import SmolVLMImageProcessor, SmolVLMProcessor, SmolVLMVideoProcessor
    from trl.chat_template_utils import smolvlm_chat_template

    names = ("<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>", "<image>", "<global-img>", "<|pad|>")
    tokenizer = _tokenizer(names, "<end_of_utterance>", "<|pad|>")
    edge = {"longest_edge": 64}
    pictures = SmolVLMImageProcessor(do_image_splitting=False, size=edge, max_image_size=edge)
    videos = SmolVLMVideoProcessor(size=edge, max_image_size=edge)
    return SmolVLMProcessor(pictures, tokenizer, videos, image_seq_len=4, chat_template=smolvlm_chat_template)


def _smolvlm(tokens: Any) -> Any:
    from transformers import SmolVLMConfig, SmolVLMForConditionalGeneration

    vision = {
        "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": 64,
        "patch_size": 16,
    }  # fmt: skip
    text = {"model_type": "llama", "vocab_size": len(tokens), "pad_token_id": tokens.pad_token_id, **_TEXT}
    image = tokens.convert_tokens_to_ids("<image>")
    return SmolVLMForConditionalGeneration(
        SmolVLMConfig(text_config=text, vision_config=vision, image_token_id=image, pad_token_id=tokens.pad_token_id)
    )


def _qwen2_5_processor() -> Any:
    from transformers import Qwen2_5_VLProcessor, Qwen2VLImageProcessor, Qwen2VLVideoProcessor
    from trl.chat_template_utils import qwen2_5_vl_chat_template

    tokenizer = tiny_vlm.processor().tokenizer
    pictures = Qwen2VLImageProcessor(patch_size=14, merge_size=2, min_pixels=28 * 28, max_pixels=56 * 56)
    videos = Qwen2VLVideoProcessor(patch_size=14, merge_size=2)
    return Qwen2_5_VLProcessor(pictures, tokenizer, videos, chat_template=qwen2_5_vl_chat_template)


def _qwen2_5(tokens: Any) -> Any:
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    names = ("image_pad", "video_pad", "vision_start", "vision_end")
    ids = {name: tokens.convert_tokens_to_ids(f"<|{name}|>") for name in names}
    text = {
        **_TEXT, "vocab_size": len(tokens), "bos_token_id": None, "eos_token_id": tokens.eos_token_id,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 3, 3]},
    }  # fmt: skip
    vision = {
        "depth": 2, "hidden_size": 64, "intermediate_size": 128, "num_heads": 2, "out_hidden_size": 64,
        "fullatt_block_indexes": [1],
    }  # fmt: skip
    config = Qwen2_5_VLConfig(
        text_config=text, vision_config=vision, image_token_id=ids["image_pad"], video_token_id=ids["video_pad"],
        vision_start_token_id=ids["vision_start"], vision_end_token_id=ids["vision_end"],
    )  # fmt: skip
    return Qwen2_5_VLForConditionalGeneration(config)


def _qwen3_processor() -> Any:
    from trl.chat_template_utils import qwen3_vl_chat_template

    processor = tiny_vlm.processor()
    processor.chat_template = qwen3_vl_chat_template
    return processor


def _internvl_processor() -> Any:
    from transformers import GotOcr2ImageProcessor, InternVLProcessor, InternVLVideoProcessor

    names = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<img>", "</img>", "<IMG_CONTEXT>", "<video>")
    tokenizer = _tokenizer(
        names, "<|im_end|>", "<|endoftext|>", start_image_token="<img>", end_image_token="</img>",
        context_image_token="<IMG_CONTEXT>", video_token="<video>",
    )  # fmt: skip
    size = {"height": 64, "width": 64}
    pictures = GotOcr2ImageProcessor(size=size, max_patches=1)
    template = Path(INTERNVL_TEMPLATE).read_text(encoding="utf-8")
    plain = template.replace("{% generation %}", "").replace("{% endgeneration %}", "")
    return InternVLProcessor(pictures, tokenizer, InternVLVideoProcessor(size=size), image_seq_length=4, chat_template=plain)


def _internvl(tokens: Any) -> Any:
    from transformers import InternVLConfig, InternVLForConditionalGeneration

    vision = {
        "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 2, "image_size": [64, 64],
        "patch_size": [16, 16],
    }  # fmt: skip
    text = {"model_type": "qwen2", "vocab_size": len(tokens), "eos_token_id": tokens.eos_token_id, **_TEXT}
    image = tokens.convert_tokens_to_ids("<IMG_CONTEXT>")
    return InternVLForConditionalGeneration(
        InternVLConfig(text_config=text, vision_config=vision, image_token_id=image, image_seq_length=4)
    )


_PROCESSORS = {
    "smolvlm": _smolvlm_processor,
    "qwen2_5_vl": _qwen2_5_processor,
    "qwen3_vl": _qwen3_processor,
    "internvl": _internvl_processor,
}
_MODELS = {"smolvlm": _smolvlm, "qwen2_5_vl": _qwen2_5, "qwen3_vl": tiny_vlm.model, "internvl": _internvl}

"""The base of ``mini`` as a model directory: SmolLM2's text weights and our vision tower in a SmolVLM.

SmolVLM's picture tokens take the places of three tokens that SmolLM2 reserves for source code, so that no embedding is added:
what is trained stays small, and what the text model knew stays as it was.
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from cot_engine.errors import Refusal
from cot_engine.smollm2 import keep_folder
from cot_engine.smollm2 import model_directory as text_model
from cot_engine.weights import sha256_of

if TYPE_CHECKING:
    from transformers import SmolVLMForConditionalGeneration

HERE = Path(__file__).parent
TOWER, ADAPTER = HERE / "tower.safetensors", HERE / "adapter"
SCALE = 2
"""Four patches become one token: 16 tokens a picture of 128 px."""

# Reserved by SmolLM2 for repositories, which no explanation speaks of.
_RENAMED = {"<repo_name>": "<fake_token_around_image>", "<gh_stars>": "<image>", "<issue_start>": "<global-img>"}
# Of an answer in several parts the last is learned; those before it are given.
_TEMPLATE = """{% for message in messages %}<|im_start|>{{ message['role'] }}
{% if message['role'] == 'assistant' %}{% set said = message['content'] %}{% if said is string %}\
{% set said = [{'text': said}] %}{% endif %}{% for part in said[:-1] %}{{ part['text'] }}{% endfor %}\
{% generation %}{{ said[-1]['text'] }}<|im_end|>{% endgeneration %}
{% else %}{{ parts(message) }}<|im_end|>
{% endif %}{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}"""
_PARTS = """{%- macro parts(message) -%}{% if message['content'] is string %}{{ message['content'] }}{% else %}\
{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>{% else %}{{ part['text'] }}{% if not loop.last %}
{% endif %}{% endif %}{% endfor %}{% endif %}{%- endmacro -%}"""


def model_directory(cache: Path | None = None, tower: Path = TOWER) -> Path:
    """The folder with config, processor and safetensors (float16, 280 MB), made on first use and kept.

    Args:
        cache: where such folders are kept; ``cot-engine`` in the user's cache folder when None.
        tower: the vision tower's weights.

    Raises:
        Refusal: ``backend_missing`` or ``unsafe_weights`` as ``smollm2.model_directory``, and ``backend_missing`` when the
            tower is not there.
    """
    if not tower.is_file():
        raise Refusal("backend_missing", f"The vision tower {tower.name} is not there.", "Install the package again.")
    text = text_model(cache)
    template = hashlib.sha256((_PARTS + _TEMPLATE).encode()).hexdigest()
    name = f"mini-{text.name.split('-')[3]}-{sha256_of(tower)[:12]}-{template[:6]}"
    return keep_folder(name, lambda folder: _write(text, tower, folder), cache)


def _write(text: Path, tower: Path, folder: Path) -> None:
    model = untrained(text)
    from safetensors.torch import load_file

    missing, unknown = model.model.vision_model.load_state_dict(load_file(tower), strict=False)
    if missing or unknown:
        raise Refusal("unsafe_weights", f"{tower.name} does not fit: {[*missing, *unknown][:3]}.", "Install the package again.")
    model.save_pretrained(folder)
    processor(text).save_pretrained(folder)


def untrained(text: Path) -> "SmolVLMForConditionalGeneration":
    """The model in float16 with SmolLM2's text weights, an untrained tower and an untrained connector."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, SmolVLMConfig, SmolVLMForConditionalGeneration
    from transformers.models.smolvlm.configuration_smolvlm import SmolVLMVisionConfig

    written = AutoConfig.from_pretrained(text)
    written.pad_token_id = 0
    config = SmolVLMConfig(
        text_config=written,
        vision_config=SmolVLMVisionConfig(**VISION),
        scale_factor=SCALE,
        image_token_id=_tokens(text)["<gh_stars>"],
        tie_word_embeddings=True,
    )
    config.dtype = torch.float16
    model: Any = SmolVLMForConditionalGeneration(config).half()  # type: ignore[no-untyped-call]
    words = AutoModelForCausalLM.from_pretrained(text, dtype=torch.float16, use_safetensors=True)
    model.model.text_model.load_state_dict(words.model.state_dict())
    # A picture says nothing until the adapter brings a trained connector. Not drawn at random: the base is known by its hash.
    torch.nn.init.zeros_(model.model.connector.modality_projection.proj.weight)
    model.generation_config.pad_token_id, model.generation_config.eos_token_id = 0, 2
    return cast("SmolVLMForConditionalGeneration", model)


# Small enough to ship and to run beside the text model on a laptop.
VISION: dict[str, Any] = {
    "hidden_size": 192,
    "intermediate_size": 768,
    "num_hidden_layers": 6,
    "num_attention_heads": 6,
    "image_size": 128,
    "patch_size": 16,
}


def _tokens(text: Path) -> dict[str, int]:
    written = json.loads((text / "tokenizer.json").read_text(encoding="utf-8"))
    return {token["content"]: token["id"] for token in written["added_tokens"]}


def processor(text: Path) -> Any:
    """SmolVLM's processor: one picture of 128 px is 16 tokens; ChatML as SmolLM2 knows it, with the answer marked."""
    from tokenizers import Tokenizer
    from transformers import SmolVLMImageProcessor, SmolVLMProcessor, SmolVLMVideoProcessor, TokenizersBackend

    written = (text / "tokenizer.json").read_text(encoding="utf-8")
    for old, new in _RENAMED.items():
        written = written.replace(json.dumps(old), json.dumps(new))
    tokenizer = TokenizersBackend(  # type: ignore[no-untyped-call]
        tokenizer_object=Tokenizer.from_str(written),
        bos_token="<|im_start|>",  # noqa: S106 - names of tokens, nothing secret
        eos_token="<|im_end|>",  # noqa: S106
        unk_token="<|endoftext|>",  # noqa: S106
        # Not the end of an answer, as in SmolLM2: an end that is padding is never learned.
        pad_token="<|endoftext|>",  # noqa: S106
        extra_special_tokens={
            "image_token": "<image>",
            "fake_image_token": "<fake_token_around_image>",
            "global_image_token": "<global-img>",
        },
        model_max_length=8192,
    )
    size = {"longest_edge": VISION["image_size"]}
    look: dict[str, Any] = {"size": size, "max_image_size": size, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    return SmolVLMProcessor(
        SmolVLMImageProcessor(**look, do_image_splitting=False),
        tokenizer,
        SmolVLMVideoProcessor(**look),
        image_seq_len=(VISION["image_size"] // VISION["patch_size"] // SCALE) ** 2,
        chat_template=_PARTS + _TEMPLATE,
    )

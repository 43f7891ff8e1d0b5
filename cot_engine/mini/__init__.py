"""``mini``, the embedded analyst: SmolLM2-135M from an installed wheel, our own small eyes and LoRA from this package."""

from cot_engine.mini.base import ADAPTER, TOWER, model_directory

__all__ = ["ADAPTER", "TOWER", "model_directory"]

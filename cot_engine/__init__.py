"""Chain-of-thought expression analyst.

``analyze(path)`` says what moved in a face, what it adds up to, and checks every statement against what was measured.
Importing this package loads nothing heavy.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Refusal", "analyze"]

if TYPE_CHECKING:
    from cot_engine.analysis import analyze
    from cot_engine.errors import Refusal


def __getattr__(name: str) -> Any:
    if name == "analyze":
        from cot_engine.analysis import analyze

        return analyze
    if name == "Refusal":
        from cot_engine.errors import Refusal

        return Refusal
    raise AttributeError(f"module 'cot_engine' has no attribute {name!r}")

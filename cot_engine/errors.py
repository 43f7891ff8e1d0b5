"""Typed refusals: what the analyst says when it cannot do what was asked.

Codes are part of the public interface (exit code 3, ``{"error": {"code", "message", "hint"}}``) and never change meaning.
"""

from typing import Literal

ErrorCode = Literal[
    "unreadable_input",
    "not_a_video",
    "no_video_stream",
    "no_frames",
    "decode_timeout",
    "too_large",
    "too_long",
    "refused_reference",
    "refused_archive",
    "no_face",
    "backend_missing",
    "unsafe_weights",
    "wrong_adapter",
    "bad_labels",
    "bad_table",
    "bad_corpus",
    "corpus_fault",
    "bad_model",
    "bad_teacher",
    "teacher_unavailable",
    "teacher_quota",
    "teacher_refused",
    "budget_spent",
    "parse_failed",
    "not_comparable",
    "config_mismatch",
    "folder_in_use",
    "unwritable_output",
]


class Refusal(Exception):
    """An input that cannot be analysed, with a stable ``code``, a ``message`` for people and a ``hint`` on what to do."""

    def __init__(self, code: ErrorCode, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.code: ErrorCode = code
        self.message = message
        self.hint = hint

    def as_dict(self) -> dict[str, dict[str, str]]:
        """The public JSON form: ``{"error": {"code", "message", "hint"}}``."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}

    def __reduce__(self) -> tuple[type["Refusal"], tuple[str, str, str]]:
        # Exceptions with more than one argument need this to cross a process boundary.
        return (type(self), (self.code, self.message, self.hint))

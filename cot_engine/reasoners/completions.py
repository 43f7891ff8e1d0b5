"""A chat completion as it comes over the wire: its text, its refusal, its log-probabilities, and what it cost in tokens."""

import json
from dataclasses import dataclass
from typing import Any

Payload = dict[str, Any]

# Tokens of a chat template around the messages. A token is at least one byte of text, so bytes bound the rest.
_TEMPLATE_TOKENS = 64


@dataclass(frozen=True)
class Reply:
    """``logprobs``: a row a token of ``text`` with its alternatives, as the endpoint sent them; None where it sent none.
    ``prompt_tokens``: tokens of the request as the server counted them; None where it did not."""

    text: str
    finish_reason: str
    refusal: str | None
    logprobs: list[dict[str, Any]] | None
    prompt_tokens: int | None = None


def read_completion(response: Any) -> Reply:
    """Raises LookupError, TypeError or AttributeError when this is no chat completion."""
    choice = response["choices"][0]
    message = choice["message"]
    text, logprobs = message.get("content"), (choice.get("logprobs") or {}).get("content")
    if not isinstance(text, str | None) or not isinstance(logprobs, list | None):
        raise TypeError("no chat completion")
    refusal = message.get("refusal")
    reason = str(choice.get("finish_reason") or "stop")
    # Half a surrogate pair is valid in JSON and cannot be sent back or written anywhere.
    clean = (text or "").encode("utf-8", "replace").decode()
    counted = reported_tokens(response)
    return Reply(clean, reason, None if refusal is None else str(refusal), logprobs, counted[0] if counted else None)


def reported_tokens(response: dict[str, Any]) -> tuple[int, int] | None:
    """Tokens in and out as the server counted them; None where it did not."""
    usage = response.get("usage") or {}
    taken, given = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return (taken, given) if isinstance(taken, int) and isinstance(given, int) and min(taken, given) >= 0 else None


def most_tokens(payload: Payload) -> tuple[int, int]:
    """The most tokens a request can take in and give out."""
    text = json.dumps([payload["messages"], payload.get("response_format")], ensure_ascii=False)
    return len(text.encode("utf-8", "backslashreplace")) + _TEMPLATE_TOKENS, int(payload["max_completion_tokens"])

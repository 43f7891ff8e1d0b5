"""What can go wrong at an endpoint, from the client's exceptions to typed refusals that quote a server only as data."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cot_engine.errors import Refusal

if TYPE_CHECKING:
    from openai import APIStatusError, OpenAIError

_SHOWN = 300


@dataclass(frozen=True)
class Failures:
    """Names the failures of one endpoint. ``key`` is known here only so that it can be taken out of what a server says."""

    url: str
    model: str
    key: str
    timeout_s: float

    def refusal(self, error: "OpenAIError") -> Refusal:
        """What an exception of the client means."""
        from openai import APIConnectionError, APIStatusError, APITimeoutError

        if isinstance(error, APIStatusError):
            return self._status_refusal(error)
        if isinstance(error, APITimeoutError):
            return self.unavailable(f"did not answer within {self.timeout_s:g} s")
        if isinstance(error, APIConnectionError):
            return self.unavailable("cannot be reached or broke off")
        return self.unavailable(f"failed ({type(error).__name__})")

    def unavailable(self, what: str) -> Refusal:
        hint = "Check the server. Run again: what was answered is kept, only what is missing is asked."
        return Refusal("teacher_unavailable", f"The endpoint {self.url} {what}.", hint)

    def _status_refusal(self, error: "APIStatusError") -> Refusal:
        # The whole body: not every server puts its words where the client looks for them.
        status, said = error.status_code, self._quoted(error.response.text)
        where = f"The endpoint {self.url}"
        if status == 429 and is_quota(error.response.content):
            hint = "Add credit or raise the limit at the provider and run again: what was answered is kept."
            return Refusal("teacher_quota", f"{where} says that the quota is used up.", hint)
        if status in (401, 403):
            return Refusal("bad_teacher", f"{where} does not accept the key ({status}).", "Set OPENAI_API_KEY.")
        if status == 404:
            hint = "Check the address (it usually ends in /v1) and the name after '#'."
            return Refusal("bad_teacher", f"{where} or its model {self.model!r} is not there (404).", hint)
        if status == 413 or error.code in ("content_filter", "context_length_exceeded", "content_policy_violation"):
            hint = "The row is recorded as refused; the others go on."
            return Refusal("teacher_refused", f"{where} turned this request down: {said}", hint)
        if status in (400, 422):
            schema = any(word in said.casefold() for word in ("response_format", "json_schema", "schema"))
            what = "rejects answers bound to a JSON schema (response_format)" if schema else "rejects our requests"
            hint = "Use a server that supports response_format json_schema (vLLM, SGLang, llama.cpp, OpenAI) and this model."
            return Refusal("bad_teacher", f"{where} {what}: {said}", hint)
        return self.unavailable(f"answered with status {status} to every attempt")

    def _quoted(self, said: str) -> str:
        """What a server said, as data: shortened, without control characters, without our key."""
        return repr(said.replace(self.key, "***")[:_SHOWN])


def attempts_of(error: "OpenAIError") -> int:
    """How often a failed request was sent, the client's retries included."""
    request = getattr(error, "request", None)
    return int(request.headers.get("x-stainless-retry-count", 0)) + 1 if request is not None else 1


def rejects_logprobs(error: "OpenAIError") -> bool:
    """Whether a request was turned down because it asked for log-probabilities."""
    from openai import APIStatusError

    return isinstance(error, APIStatusError) and error.status_code in (400, 422) and "logprob" in error.response.text


async def do_not_retry_quota(response: Any) -> None:
    """Tells the client, in its own words, that waiting does not help: a used-up quota comes as 429 like a rate limit."""
    if response.status_code == 429:
        await response.aread()
        if is_quota(response.content):
            response.headers["x-should-retry"] = "false"


def is_quota(content: bytes) -> bool:
    """Whether a 429 says that credit is used up, and not that requests come too fast."""
    return b"insufficient_quota" in content or b"billing_hard_limit_reached" in content

"""One OpenAI-compatible endpoint: every request goes through the cache, the budget, the client and the ledger, in that order.

Retries, Retry-After and time-outs are the ``openai`` client's own; nothing here sends a request twice.
"""

import asyncio
import json
import os
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NoReturn
from urllib.parse import urlsplit

from cot_engine.errors import ErrorCode, Refusal
from cot_engine.reasoners.completions import Payload, Reply, most_tokens, read_completion, reported_tokens
from cot_engine.reasoners.failures import Failures, attempts_of, do_not_retry_quota, rejects_logprobs
from cot_engine.reasoners.ledger import Ledger, Prices, Spend
from cot_engine.reasoners.pictured import without_pictures
from cot_engine.reasoners.request_cache import Kept, RequestCache, request_key

if TYPE_CHECKING:
    from openai import AsyncOpenAI, OpenAIError

Purpose = Literal["describe", "infer", "label", "judge"]

# Refusals that every further request would meet too: after one of them nothing more is sent.
_FINAL: tuple[ErrorCode, ...] = ("teacher_quota", "bad_teacher")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
# The client insists on some key.
_NO_KEY = "no-key-needed"


class NoLogprobs(Exception):
    """The endpoint turns requests for log-probabilities down."""


class Endpoint:
    """Asks one model at one address, a bounded number of times at once."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        ledger: Ledger,
        cache: RequestCache,
        prices: Prices,
        concurrency: int,
        max_retries: int,
        timeout_s: float,
    ) -> None:
        self.url, self.model = url, model
        self.ledger = ledger
        self._cache, self._prices = cache, prices
        self._concurrency, self._max_retries, self._timeout_s = concurrency, max_retries, timeout_s
        self._key = _api_key(url)
        self._failures = Failures(url, model, self._key, timeout_s)
        self._client: AsyncOpenAI | None = None
        self._stopped: Refusal | None = None
        self._under_way: dict[str, asyncio.Task[Reply]] = {}

    async def ask(self, purpose: Purpose, payload: Payload) -> Reply:
        """The answer to a chat request (``payload``: all but the model), sent only when it was never answered before.

        The same request asked twice at once is sent once. A caller that is cancelled does not cancel what is being paid for.

        Raises:
            Refusal: ``teacher_refused`` (filtered, too long) is about this request; ``teacher_unavailable`` (no answer after
                all retries) may pass; ``teacher_quota``, ``bad_teacher`` and ``budget_spent`` meet all that follow.
            NoLogprobs: log-probabilities were asked for and the endpoint rejects that.
        """
        payload = {"model": self.model, **payload}
        key = request_key(self.url, payload)
        task = self._under_way.get(key)
        if task is None:
            self._open()
            task = self._under_way[key] = asyncio.create_task(self._answer(key, purpose, payload))
            task.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Waits for what is under way, so that nothing paid for is lost, and closes the connections."""
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        if self._client is not None:
            await self._client.close()
            self._client = None

    def _open(self) -> None:
        """Client and locks belong to the running event loop, so they are made when the first request comes."""
        if self._client is not None:
            return
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        self._slots, self._settled = asyncio.Semaphore(self._concurrency), asyncio.Condition()
        self._client = AsyncOpenAI(
            api_key=self._key,
            base_url=self.url,
            max_retries=self._max_retries,
            timeout=self._timeout_s,
            http_client=DefaultAsyncHttpxClient(event_hooks={"response": [do_not_retry_quota]}),
        )

    def _done(self, key: str, task: asyncio.Task[Reply]) -> None:
        self._under_way.pop(key, None)
        if not task.cancelled():
            # Looked at here, so that asyncio does not complain when the caller is gone.
            task.exception()

    async def _answer(self, key: str, purpose: Purpose, payload: Payload) -> Reply:
        if kept := self._cache.get(key):
            paid = Spend.model_validate(kept["spend"])
            # Absent only when a kill came between keeping the answer and counting it.
            self.ledger.count(paid)
            self.ledger.count(paid.model_copy(update={"cached": True, "cost": Decimal(0), "attempts": 0}))
            return read_completion(kept["response"])
        most = self._prices.cost(*most_tokens(payload))
        async with self._slots:
            async with self._settled:
                await self._settled.wait_for(lambda: self._stopped is not None or self.ledger.fits(most))
            if self._stopped is not None:
                raise self._stopped
            try:
                with self.ledger.hold(most):
                    return await self._send(key, purpose, payload)
            finally:
                async with self._settled:
                    self._settled.notify_all()

    async def _send(self, key: str, purpose: Purpose, payload: Payload) -> Reply:
        from openai import OpenAIError

        assert self._client is not None, "opened by ask"
        try:
            # Servers that know the header run a retried request once.
            raw = await self._client.chat.completions.with_raw_response.create(
                **payload, extra_headers={"Idempotency-Key": key}
            )
        except OpenAIError as error:
            self._fail(error, key, purpose, payload)
        try:
            response = json.loads(raw.http_response.content)
            reply = read_completion(response)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            self._count_failure("teacher_unavailable", raw.retries_taken + 1, key, purpose)
            raise self._failures.unavailable("answered with something that is no chat completion") from error
        reported = reported_tokens(response)
        tokens = reported or most_tokens(payload)
        refused = reply.refusal is not None or reply.finish_reason == "content_filter"
        spend = Spend(
            request=key,
            response=str(response.get("id") or ""),
            purpose=purpose,
            model=str(response.get("model") or self.model),
            prompt_tokens=tokens[0],
            completion_tokens=tokens[1],
            usage="reported" if reported else "bound",
            attempts=raw.retries_taken + 1,
            finish_reason=reply.finish_reason,
            outcome="teacher_refused" if refused else "answered",
            cost=self._prices.cost(*tokens),
            cached=False,
        )
        # Kept first, counted second: a kill between the two is made good when the kept answer is used.
        kept: Kept = {"payload": without_pictures(payload), "response": response, "spend": spend.model_dump(mode="json")}
        self._cache.put(key, kept)
        self.ledger.count(spend)
        return reply

    def _fail(self, error: "OpenAIError", key: str, purpose: Purpose, payload: Payload) -> NoReturn:
        if payload.get("logprobs") and rejects_logprobs(error):
            self._count_failure("bad_teacher", attempts_of(error), key, purpose)
            raise NoLogprobs from error
        refusal = self._failures.refusal(error)
        self._count_failure(refusal.code, attempts_of(error), key, purpose)
        if refusal.code in _FINAL:
            self._stopped = refusal
        raise refusal from error

    def _count_failure(self, code: ErrorCode, attempts: int, key: str, purpose: Purpose) -> None:
        self.ledger.count(
            Spend(
                request=key,
                response="",
                purpose=purpose,
                model=self.model,
                prompt_tokens=0,
                completion_tokens=0,
                usage="none",
                attempts=attempts,
                finish_reason="",
                outcome=code,
                cost=Decimal(0),
                cached=False,
            )
        )


def _api_key(url: str) -> str:
    """From the environment only; a server on this machine needs none."""
    if key := os.environ.get("OPENAI_API_KEY"):
        return key
    if urlsplit(url).hostname in _LOOPBACK:
        return _NO_KEY
    hint = "Set OPENAI_API_KEY; a server on this machine (127.0.0.1) needs none."
    raise Refusal("bad_teacher", f"There is no key for {url}.", hint)

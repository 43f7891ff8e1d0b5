"""The spend ledger of a teacher: one line a request in an append-only file, totals in exact decimals, and a cap."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cot_engine.errors import ErrorCode, Refusal

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True)
class Prices:
    """Money (any one currency) for a million tokens in and out."""

    million_in: Decimal = Decimal(0)
    million_out: Decimal = Decimal(0)

    def cost(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        return (prompt_tokens * self.million_in + completion_tokens * self.million_out) / _MILLION


class Spend(BaseModel):
    """One line of the ledger.

    ``request``: SHA-256 of what was asked. ``attempts``: how often it was sent, the client's own retries included; 0 when the
    answer was kept from before (``cached``), which costs nothing. ``usage`` is ``"bound"`` when the endpoint counted no tokens:
    the tokens are then the most it can have been. ``outcome`` is ``"answered"`` or the code of the refusal.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str = Field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    request: str
    response: str
    purpose: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    usage: Literal["reported", "bound", "none"]
    attempts: int
    finish_reason: str
    outcome: Literal["answered"] | ErrorCode
    cost: Decimal
    cached: bool


@dataclass
class Totals:
    """Sums over a ledger. ``requests`` were sent, ``failed`` of them in vain, ``cached`` were answered from before."""

    requests: int = 0
    cached: int = 0
    failed: int = 0
    attempts: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: Decimal = Decimal(0)


class Ledger:
    """Spend so far, of earlier runs in the same file too.

    The same delivery (request and response id) is never counted twice. A line that was cut by a kill is taken away on opening:
    the cache holds the answer it was about, and ``count`` is called again when that is used.
    """

    def __init__(self, path: Path | None, budget: Decimal | None = None) -> None:
        self.totals = Totals()
        self.budget = budget
        self._path = path
        self._held = Decimal(0)
        self._paid: set[tuple[str, str]] = set()
        if path is not None:
            for spend in _read_whole_lines(path):
                self._add(spend)

    def count(self, spend: Spend) -> None:
        """Writes one line, unless it is a delivery that was counted before."""
        if spend.usage != "none" and not spend.cached and (spend.request, spend.response) in self._paid:
            return
        self._add(spend)
        if self._path is not None:
            # One write a line, on disk before the answer is used.
            line = spend.model_dump_json().encode() + b"\n"
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab", buffering=0) as file:
                file.write(line)
                os.fsync(file.fileno())

    def fits(self, most: Decimal) -> bool:
        """Whether a request of at most this cost fits beside those that are under way.

        Raises:
            Refusal: ``budget_spent`` when it would not fit even if nothing else were under way.
        """
        if self.budget is None:
            return True
        if self.totals.cost + most > self.budget:
            raise Refusal(
                "budget_spent",
                f"The next request may cost {most:f}; {self.totals.cost:f} of {self.budget:f} are spent.",
                "Raise the budget and run again: what was answered is kept and not paid for twice.",
            )
        return self.totals.cost + self._held + most <= self.budget

    @contextmanager
    def hold(self, most: Decimal) -> Iterator[None]:
        """Keeps this much of the budget for a request that is under way."""
        self._held += most
        try:
            yield
        finally:
            self._held -= most

    def _add(self, spend: Spend) -> None:
        if spend.cached:
            self.totals.cached += 1
            return
        self.totals.requests += 1
        self.totals.failed += spend.usage == "none"
        self.totals.attempts += spend.attempts
        self.totals.prompt_tokens += spend.prompt_tokens
        self.totals.completion_tokens += spend.completion_tokens
        self.totals.cost += spend.cost
        if spend.usage != "none":
            self._paid.add((spend.request, spend.response))


def _read_whole_lines(path: Path) -> list[Spend]:
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with path.open("rb+") as file:
            file.truncate(len(whole))
    try:
        return [Spend.model_validate(json.loads(line)) for line in whole.splitlines()]
    except ValueError as error:
        raise Refusal(
            "unreadable_input",
            f"The ledger {path} holds a line that is not one of ours.",
            "Restore the file, or start in another folder; do not edit it.",
        ) from error

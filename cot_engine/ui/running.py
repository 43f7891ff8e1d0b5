"""Work that takes a while, in a thread: its news as a stream, and a stop that is heard within a tenth of a second.

Gradio's own ``cancels`` ends the stream only; the work itself would go on to its end.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, TypeVar

News = TypeVar("News")
Result = TypeVar("Result")

# How often a stream without news looks whether it was stopped.
_LISTEN_S = 0.1


class Stopped(Exception):
    """The work was stopped by who asked for it, or who asked is gone."""


@dataclass(frozen=True)
class _Ended:
    result: Any = None
    error: BaseException | None = None


@dataclass
class _Work:
    stop: Event = field(default_factory=Event)
    result: Any = None


class Running:
    """The work under way, one piece a session, so that a stop button or a closed page can end it; and what it came to, for as
    long as somebody looks at it. Gradio's own ``State`` would keep that for an hour after the page was closed."""

    def __init__(self) -> None:
        self._works: dict[str, _Work] = {}
        self._lock = Lock()

    def begin(self, session: str) -> Event:
        """A new piece of work of this session; what it still had under way is stopped, and its result forgotten."""
        with self._lock:
            if earlier := self._works.pop(session, None):
                earlier.stop.set()
            return self._works.setdefault(session, _Work()).stop

    def stop(self, session: str) -> None:
        """Stops what this session has under way, if anything, and forgets what came of it."""
        with self._lock:
            if work := self._works.pop(session, None):
                work.stop.set()

    def hold(self, session: str, result: Any, stop: Event | None = None) -> None:
        """Keeps what this session's work has come to. Nothing is kept when that is not, or no longer, the work that ``stop``
        ends: it was stopped, and its session may be gone."""
        with self._lock:
            if (work := self._works.get(session)) and stop in (None, work.stop):
                work.result = result

    def held(self, session: str) -> Any:
        """What the work of this session has come to; None before that."""
        with self._lock:
            work = self._works.get(session)
            return work.result if work else None

    def forget(self, session: str, stop: Event) -> None:
        """Drops the work that ``stop`` ends, which came to nothing."""
        with self._lock:
            if (work := self._works.get(session)) and work.stop is stop:
                del self._works[session]


def follow(work: Callable[[Callable[[News | None], None]], Result], stop: Event) -> Generator[News, None, Result]:
    """Does ``work`` in a thread and yields its news; its result is the generator's return value.

    Args:
        work: is given ``tell``, which takes one piece of news, or None only to hear whether to go on. ``tell`` raises
            ``Stopped`` when the work is to end.
        stop: ends the stream at once and the work at its next ``tell``. A closed generator sets it.

    Raises:
        Stopped: ``stop`` was set.
        BaseException: whatever ``work`` raised.
    """
    news: SimpleQueue[Any] = SimpleQueue()

    def tell(item: News | None) -> None:
        if stop.is_set():
            raise Stopped
        if item is not None:
            news.put(item)

    def run() -> None:
        try:
            news.put(_Ended(result=work(tell)))
        except BaseException as error:
            # Nothing is swallowed: it is raised again where the stream is read.
            news.put(_Ended(error=error))

    Thread(target=run, daemon=True).start()
    try:
        while True:
            try:
                item = news.get(timeout=_LISTEN_S)
            except Empty:
                item = None
            if stop.is_set():
                raise Stopped
            if isinstance(item, _Ended):
                if item.error is not None:
                    raise item.error
                result: Result = item.result
                return result
            if item is not None:
                yield item
    finally:
        stop.set()

"""One piece of work on a tab: its two buttons, its status, and what is said when it is stopped, refused or fails."""

import logging
from collections.abc import Callable, Iterator, Sequence
from threading import Event
from typing import Any

import gradio as gr

from cot_engine.errors import Refusal
from cot_engine.ui import fragments
from cot_engine.ui.models import ModelRefused
from cot_engine.ui.running import Running, Stopped
from cot_engine.ui.texts import text, words_of

MODEL_QUEUE = "model"
"""``concurrency_id`` of everything that runs a model: one at a time, whoever asks."""

PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Settings of every event that is no endpoint of its own."""

Update = dict[Any, Any]

_log = logging.getLogger(__name__)


class Job:
    """Start, stop and end of the work of one tab. ``name`` tells the tabs of a session apart.

    Make it, lay out ``status`` and, with ``lay_out_buttons``, the buttons; then ``connect``.
    """

    start: gr.Button
    halt: gr.Button
    status: gr.HTML

    def __init__(
        self,
        name: str,
        running: Running,
        cleared: Callable[[], Update],
        *,
        queue: str = MODEL_QUEUE,
        refused: str = "refused_title",
    ) -> None:
        """``cleared``: the updates that take the results of an earlier run off the tab. ``queue``: the ``concurrency_id``.
        ``refused``: text above a refusal."""
        self._name = name
        self._running = running
        self._cleared = cleared
        self._queue = queue
        self._refused = refused

    def lay_out_buttons(self, caption: str) -> None:
        """The start button, and the stop button that stands in its place while the work is under way."""
        self.start = gr.Button(text(caption), variant="primary", elem_id=self._name)
        self.halt = gr.Button(text("stop_button"), variant="stop", visible=False, elem_id=f"stop-{self._name}")

    def lay_out_status(self) -> None:
        self.status = fragments.own_html(f"status-{self._name}")

    def connect(self, run: Callable[..., Iterator[Update]], inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Wires the buttons: ``run`` waits its turn in the queue, and can be stopped while it waits and while it works."""
        # A list, not a set: Gradio would hand a set of inputs over as one dictionary.
        everything = [*outputs, self.start, self.halt, self.status]
        waiting = self.start.click(self._wait, None, everything, queue=False, **PRIVATE)
        running = waiting.then(run, list(inputs), everything, concurrency_id=self._queue, concurrency_limit=1, **PRIVATE)
        # What goes wrong within the run is told by the run; what never started was turned away by the queue.
        running.failure(self._turned_away, None, everything, queue=False, **PRIVATE)
        self.halt.click(self._stop, None, everything, queue=False, cancels=[running], **PRIVATE)

    def ended(self, status: str) -> Update:
        """The buttons as they were, and a last word."""
        return {self.status: status, self.start: gr.Button(visible=True), self.halt: gr.Button(visible=False)}

    def guarded(self, request: gr.Request, work: Callable[[Event], Iterator[Update]]) -> Iterator[Update]:
        """The updates of ``work``, which is given the event that stops it; whatever ends it is said on the tab."""
        say = words_of(request)
        stop, finished = self.begin(request), False
        try:
            yield from work(stop)
            finished = True
        except Stopped:
            yield {**self._cleared(), **self.ended(fragments.notice(say("stopped")))}
        except Refusal as refusal:
            title = "model_refused" if isinstance(refusal, ModelRefused) else self._refused
            yield {**self._cleared(), **self.ended(fragments.problem(say, refusal, title))}
        except Exception:
            # Our own fault: told to the visitor without its details, which are the operator's.
            _log.exception("%s failed", self._name)
            yield {**self._cleared(), **self.ended(fragments.fault(say, say("our_fault")))}
        finally:
            if not finished:
                self.forget(request, stop)

    def begin(self, request: gr.Request) -> Event:
        """The event that stops the work now begun; what this session still had under way here is stopped."""
        return self._running.begin(self._key(request))

    def hold(self, request: gr.Request, result: Any, stop: Event | None = None) -> None:
        """Keeps what this session looks at until it begins anew or leaves; ``stop``: of the work that it comes from, if that
        may have been stopped."""
        self._running.hold(self._key(request), result, stop)

    def held(self, request: gr.Request) -> Any:
        """What this session looks at; None when nothing is there."""
        return self._running.held(self._key(request))

    def forget(self, request: gr.Request, stop: Event) -> None:
        """Drops the work that ``stop`` ends: nothing came of it that anybody looks at."""
        self._running.forget(self._key(request), stop)

    def leave(self, request: gr.Request) -> None:
        """The visitor is gone: the work ends, and what came of it is forgotten."""
        self._running.stop(self._key(request))

    def _key(self, request: gr.Request) -> str:
        return f"{request.session_hash}/{self._name}"

    def _wait(self, request: gr.Request) -> Update:
        waiting = fragments.remark(words_of(request)("waiting"))
        return {
            **self._cleared(),
            self.status: waiting,
            self.start: gr.Button(visible=False),
            self.halt: gr.Button(visible=True),
        }

    def _turned_away(self, request: gr.Request) -> Update:
        say = words_of(request)
        return self.ended(fragments.fault(say, say("queue_full")))

    def _stop(self, request: gr.Request) -> Update:
        self._running.stop(self._key(request))
        return {**self._cleared(), **self.ended(fragments.notice(words_of(request)("stopped")))}

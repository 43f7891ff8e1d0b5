"""The Compare tab: does the face in B move as the face in A did?"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import gradio as gr

from cot_engine.analysis import Analysis
from cot_engine.compare.run import Outcome, compare_analyses
from cot_engine.errors import Refusal
from cot_engine.ui import fragments
from cot_engine.ui.analyse import Analyze
from cot_engine.ui.fragments import fragment, own_html
from cot_engine.ui.job import MODEL_QUEUE, Job, Update
from cot_engine.ui.running import Running, follow
from cot_engine.ui.texts import Words, text, words_of

_STAGES = ("a", "b", "compare")
_TEMPLATE = "compare.html.j2"


class CompareTab:
    """The parts of the tab and what they do. Made inside a ``gr.Blocks`` context."""

    def __init__(self, analyze: Analyze, running: Running) -> None:
        self._analyze = analyze
        self.job = Job("compare", running, self._cleared)
        with gr.Row():
            self.clip_a, self.clip_b = (
                gr.Video(label=text(f"clip_{which}_label"), sources=["upload"], include_audio=True, elem_id=f"clip-{which}")
                for which in ("a", "b")
            )
        self.job.lay_out_buttons("compare_button")
        self.job.lay_out_status()
        self.empty = own_html("empty-compare", fragments.empty(Words("en"), "empty_compare", 3))
        self.greeted = [self.empty]
        self.score = own_html("score")
        self.details = own_html("details")
        self.notes = own_html("compare-warnings")
        with gr.Row(visible=False) as self.downloads:
            self.as_json = gr.DownloadButton("JSON", size="sm", min_width=80)
            self.as_page = gr.DownloadButton("HTML", size="sm", min_width=80)
        api_result, api_start = gr.Textbox(visible=False, label="comparison"), gr.Button(visible=False)

        clips = [self.clip_a, self.clip_b]
        results = [self.empty, self.score, self.details, self.notes, self.downloads, self.as_json, self.as_page]
        self.job.connect(self._run, clips, results)
        api_start.click(self.api, clips, api_result, api_name="compare", concurrency_id=MODEL_QUEUE, concurrency_limit=1)

    def greet(self, request: gr.Request) -> Update:
        """What an empty tab says, in the visitor's language, which is known only when the page is loaded."""
        return {self.empty: fragments.empty(words_of(request), "empty_compare", 3)}

    def api(self, clip_a: str, clip_b: str) -> str:
        """Compares the main persons of two clips and gives the comparison, schema cot-engine/comparison/1.

        Args:
            clip_a: the video to follow: a driver, a take before.
            clip_b: the video held against it: a generated face, a take after.

        Returns:
            As JSON text: alignment, agreement of every action unit, what is lost or added, and the fidelity score 0-1 with
            its parts.
        """
        if not clip_a or not clip_b:
            raise gr.Error("unreadable_input: two clips are needed.")
        try:
            outcome = compare_analyses(self._analyze(clip_a), self._analyze(clip_b))
        except Refusal as refusal:
            raise gr.Error(f"{refusal.code}: {refusal.message} {refusal.hint}", print_exception=False) from None
        return _nameless(outcome).comparison.to_json()

    def _cleared(self) -> Update:
        return {**dict.fromkeys((self.empty, self.score, self.details, self.notes), ""), self.downloads: gr.Row(visible=False)}

    def _run(self, clip_a: str | None, clip_b: str | None, request: gr.Request) -> Iterator[Update]:
        say = words_of(request)
        if not clip_a or not clip_b:
            yield {**self.greet(request), **self.job.ended(fragments.notice(say("no_clips")))}
            return

        def work(stop: Event) -> Iterator[Update]:
            def compared(tell: Callable[[Any], None]) -> Outcome:
                return self._compare(tell, clip_a, clip_b)

            stream = follow(compared, stop)
            while True:
                try:
                    stage, done, total = next(stream)
                except StopIteration as end:
                    outcome = _nameless(end.value)
                    break
                yield {self.job.status: fragments.stages(say, stage, done, total, _STAGES)}
            yield {**self.job.ended(""), **self._shown(outcome, say)}
            with tempfile.TemporaryDirectory(prefix="cot-engine-files-") as folder:
                as_json, page = Path(folder) / "comparison.json", Path(folder) / "comparison.html"
                as_json.write_text(outcome.comparison.to_json(), encoding="utf-8")
                from cot_engine.compare.page import write_html

                write_html(outcome, page)
                yield {self.as_json: str(as_json), self.as_page: str(page), self.downloads: gr.Row(visible=True)}

        yield from self.job.guarded(request, work)

    def _compare(self, tell: Callable[[Any], None], clip_a: str, clip_b: str) -> Outcome:
        def read(stage: str, clip: str) -> Analysis:
            def progress(_: str, done: int, total: int | None) -> None:
                tell((stage, done, total) if done % 10 == 1 else None)

            tell((stage, 0, None))
            return self._analyze(clip, progress=progress)

        a, b = read("a", clip_a), read("b", clip_b)
        tell(("compare", 0, None))
        return compare_analyses(a, b)

    def _shown(self, outcome: Outcome, say: Words) -> Update:
        from cot_engine.compare.chart import charts, legend

        comparison = outcome.comparison
        rows = [row for row in comparison.action_units if row.status not in ("neither", "not_comparable")]
        return {
            self.score: fragment("score", say, comparison, template=_TEMPLATE),
            self.details: fragment("details", say, comparison, rows, charts(outcome), legend(), template=_TEMPLATE),
            self.notes: fragment("notes", say, comparison.warnings),
        }


def _nameless(outcome: Outcome) -> Outcome:
    """The same without the folders above the clips: where an upload lies on the server is nobody's business."""
    from dataclasses import replace

    comparison = outcome.comparison
    sides = {
        which: side.model_copy(update={"path": Path(side.path).name})
        for which, side in (("a", comparison.a), ("b", comparison.b))
    }
    return replace(outcome, comparison=comparison.model_copy(update=sides))

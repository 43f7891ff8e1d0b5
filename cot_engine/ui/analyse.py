"""The Analyse tab: a clip goes in; who is in it, what moved when, what is said about it and whether that is true come out."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import gradio as gr

from cot_engine.analysis import Analysis
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.base import Reasoner
from cot_engine.reasoners.named import reasoner_named
from cot_engine.ui import fragments
from cot_engine.ui.downloads import public_report, write_downloads
from cot_engine.ui.examples import NAMES as EXAMPLES
from cot_engine.ui.examples import example_clip, examples
from cot_engine.ui.fragments import own_html, picked_of
from cot_engine.ui.frame_store import store_frames
from cot_engine.ui.job import MODEL_QUEUE, PRIVATE, Job, Update
from cot_engine.ui.running import Running, follow
from cot_engine.ui.shown import Place, Shown
from cot_engine.ui.texts import Words, text, words_of

# What ``cot_engine.analysis.analyze`` is: tests give another.
Analyze = Callable[..., Analysis]

# Frames tell of progress more often than anybody can read.
_TELL_EVERY_S = 0.2
_STAGES = {"reading faces": "faces", "action units": "units", "explaining": "explaining"}


@dataclass(frozen=True)
class _Step:
    stage: str
    done: int = 0
    total: int | None = None


@dataclass(frozen=True)
class _Text:
    text: str


class AnalyseTab:
    """The parts of the tab and what they do. Made inside a ``gr.Blocks`` context."""

    def __init__(self, analyze: Analyze, models: Sequence[str], running: Running) -> None:
        self._analyze = analyze
        self._reasoners: dict[str, Reasoner] = {}
        self.job = Job("analyse", running, self._cleared)
        self._lay_out(models)
        self._connect()

    def _lay_out(self, models: Sequence[str]) -> None:
        self.shown = gr.State(None, time_to_live=3600)
        self.place = gr.State(None, time_to_live=3600)
        with gr.Row():
            with gr.Column(scale=5, min_width=300):
                self.clip = gr.Video(
                    label=text("clip_label"), sources=["upload", "webcam"], include_audio=True, elem_id="clip", height=300
                )
                self.examples = own_html("examples", examples(Words("en")), js_on_load=fragments.PICK)
                with gr.Accordion(text("settings_title"), open=False):
                    self.labels = gr.Dropdown(
                        list(LABEL_SETS), value="basic-7", label=text("labels_label"), info=text("labels_info")
                    )
                    self.model = gr.Dropdown(list(models), value=models[0], label=text("model_label"), info=text("model_info"))
                    self.people = gr.Radio(
                        [(text("people_all"), "all"), (text("people_main"), "main")], value="all", label=text("people_label")
                    )
                    self.observe = gr.Checkbox(label=text("observe_label"), info=text("observe_info"))
                self.job.lay_out_buttons("analyse_button")
            with gr.Column(scale=7, min_width=320):
                self.job.lay_out_status()
                self.empty = own_html("empty", fragments.empty(Words("en"), "empty_analyse", 4))
                self.greeted = [self.empty, self.examples]
                self.headline = own_html("headline")
                self.faces = own_html("people", js_on_load=fragments.PICK)
                self.frame = own_html("frame")
                self.time = gr.Slider(0, 1, value=0, step=0.01, label=text("time_label"), visible=False, elem_id="time")
        self.timeline = own_html(
            "timeline",
            js_on_load=fragments.PICK,
            html_template='<div style="--now-wide:${wide};--now-narrow:${narrow}">${value}</div>',
            wide="-9px",
            narrow="-9px",
        )
        with gr.Row(visible=False, elem_id="words") as self.words:
            with gr.Column(scale=7, min_width=300):
                self.trace = own_html("trace", js_on_load=fragments.PICK)
            with gr.Column(scale=5, min_width=280):
                self.probabilities = own_html("labels")
                self.notes = own_html("warnings")
                with gr.Column(visible=False) as self.downloads:
                    gr.Markdown(text("downloads_title"), elem_classes="ce-title")
                    with gr.Row():
                        self.as_json = gr.DownloadButton("JSON", size="sm", min_width=80, elem_id="download-json")
                        self.as_page = gr.DownloadButton("HTML", size="sm", min_width=80, elem_id="download-html")
                        self.as_table = gr.DownloadButton("CSV", size="sm", min_width=80, elem_id="download-csv")
        self.claims = own_html("claims", js_on_load=fragments.PICK)
        self.api_report = gr.Textbox(visible=False, label="report")
        self.api_start = gr.Button(visible=False)

    def _connect(self) -> None:
        chosen = [self.clip, self.labels, self.model, self.people, self.observe]
        self._results = [
            self.empty, self.headline, self.faces, self.frame, self.time, self.timeline, self.words, self.trace, self.claims,
            self.probabilities, self.notes, self.downloads, self.as_json, self.as_page, self.as_table, self.shown, self.place,
        ]  # fmt: skip
        self.job.connect(self._run, chosen, self._results)
        self.examples.select(self._example, None, self.clip, queue=False, **PRIVATE)
        view = [self.frame, self.time, self.timeline, self.place]
        for part in (self.timeline, self.trace, self.claims):
            part.select(self._pick, [self.shown, self.place], view, queue=False, **PRIVATE)
        self.time.input(self._scrub, [self.shown, self.time], view, queue=False, trigger_mode="always_last", **PRIVATE)
        self.faces.select(self._choose, self.shown, self._results, queue=False, **PRIVATE)
        self.api_start.click(
            self.api,
            chosen,
            self.api_report,
            api_name="analyze",
            concurrency_id=MODEL_QUEUE,
            concurrency_limit=1,
        )

    def greet(self, request: gr.Request) -> Update:
        """What an empty tab says, in the visitor's language, which is known only when the page is loaded."""
        say = words_of(request)
        return {self.empty: fragments.empty(say, "empty_analyse", 4), self.examples: examples(say)}

    def api(self, clip: str, labels: str, model: str, people: str, observe: bool) -> str:
        """Analyses a clip and gives the report, schema cot-engine/report/1: people, events, trace, checked claims, label.

        Args:
            clip: a video file.
            labels: the label set to choose from.
            model: what explains.
            people: "all", or "main" for the main person alone.
            observe: action units only, no expression is named.

        Returns:
            The report as JSON text, because clients take a "path" in a dictionary for a file to fetch. Times are seconds from
            the first frame, intensities 0-5, sides the person's own.
        """
        if not clip:
            raise gr.Error("unreadable_input: no clip was given.")
        try:
            reasoner = self._reasoner(model)
            analysis = self._analyze(clip, labels=labels, people=people, observe=observe, reasoner=reasoner)
        except Refusal as refusal:
            raise gr.Error(f"{refusal.code}: {refusal.message} {refusal.hint}", print_exception=False) from None
        return public_report(analysis).to_json()

    def _reasoner(self, model: str) -> Reasoner:
        """Each model is loaded once, when it is first asked for."""
        if model not in self._reasoners:
            self._reasoners[model] = reasoner_named(model)
        return self._reasoners[model]

    def _cleared(self) -> Update:
        blank = (self.empty, self.headline, self.faces, self.frame, self.trace, self.claims, self.probabilities, self.notes)
        return {
            **dict.fromkeys(blank, ""),
            self.timeline: gr.HTML(value="", **_now("-9px", "-9px")),
            self.time: gr.Slider(visible=False),
            self.words: gr.Row(visible=False),
            self.downloads: gr.Column(visible=False),
            self.shown: None,
            self.place: None,
        }

    def _run(
        self, clip: str | None, labels: str, model: str, people: str, observe: bool, request: gr.Request
    ) -> Iterator[Update]:
        say = words_of(request)
        if not clip:
            empty = fragments.empty(say, "empty_analyse", 4)
            yield {self.empty: empty, **self.job.ended(fragments.notice(say("no_clip")))}
            return

        def work(stop: Event) -> Iterator[Update]:
            begun = time.monotonic()

            def analysed(tell: Callable[[Any], None]) -> Shown:
                return self._work(tell, clip, labels=labels, people=people, observe=observe, model=model)

            shown = yield from self._stream(follow(analysed, stop), say)
            done = fragments.remark(say("done", seconds=f"{time.monotonic() - begun:.1f}"))
            yield {**self.job.ended(done), **self._explained(shown, say)}
            with tempfile.TemporaryDirectory(prefix="cot-engine-files-") as folder:
                files = write_downloads(shown.analysis, Path(folder))
                buttons = (self.as_json, self.as_page, self.as_table)
                offered = {button: str(file) for button, file in zip(buttons, files, strict=True)}
                yield {**offered, self.downloads: gr.Column(visible=True)}

        yield from self.job.guarded(request, work)

    def _work(self, tell: Callable[[Any], None], clip: str, *, model: str, **asked: Any) -> Shown:
        """The analysis in its thread: every callback also hears whether it is to end."""
        told_at = 0.0
        fetched: list[Shown] = []

        def progress(stage: str, done: int, total: int | None) -> None:
            nonlocal told_at
            soon = time.monotonic() - told_at < _TELL_EVERY_S and done != total and done > 1
            told_at = told_at if soon else time.monotonic()
            tell(None if soon else _Step(_STAGES.get(stage, "opening"), done, total))

        def seen(analysis: Analysis) -> None:
            tell(Shown(analysis))
            fetched.append(Shown(analysis, frames=store_frames(analysis, lambda: tell(None))))
            tell(fetched[-1])

        def told(words: str) -> None:
            tell(_Text(words))

        analysis = self._analyze(clip, reasoner=self._reasoner(model), progress=progress, seen=seen, told=told, **asked)
        return Shown(analysis, explained=True, frames=fetched[-1].frames)

    def _stream(self, stream: Any, say: Words) -> Any:
        """Shows the news of the work as they come; gives its result."""
        while True:
            try:
                news = next(stream)
            except StopIteration as end:
                return end.value
            if isinstance(news, _Step):
                yield {self.job.status: fragments.stages(say, news.stage, news.done, news.total)}
            elif isinstance(news, _Text):
                yield {self.words: gr.Row(visible=True), self.trace: fragments.fragment("streaming", say, news.text)}
            elif news.frames:
                yield {**self._faces(news, say), self.shown: news}
            else:
                yield {self.headline: news.headline(say), self.timeline: gr.HTML(value=news.timeline(say))}

    def _faces(self, shown: Shown, say: Words) -> Update:
        place = shown.start()
        return {self.faces: shown.people(say), **self._at(shown, place, say)}

    def _at(self, shown: Shown, place: Place, say: Words) -> Update:
        return {
            self.frame: shown.frame(say, place),
            self.time: gr.Slider(
                value=round(place.time_s, 2),
                maximum=max(round(shown.duration_s, 2), 0.01),
                visible=bool(shown.frames) and not shown.still,
            ),
            self.timeline: gr.HTML(**_now(*shown.now_shares(place.time_s))),
            self.place: place,
        }

    def _explained(self, shown: Shown, say: Words) -> Update:
        """Everything about the chosen person, from the headline to the warnings."""
        place = shown.start()
        return {
            **self._at(shown, place, say),
            self.faces: shown.people(say),
            self.headline: shown.headline(say),
            self.timeline: gr.HTML(value=shown.timeline(say), **_now(*shown.now_shares(place.time_s))),
            self.words: gr.Row(visible=True),
            self.trace: shown.trace(say),
            self.claims: shown.claims(say),
            self.probabilities: shown.probabilities(say),
            self.notes: shown.notes(say),
            self.shown: shown,
        }

    def _pick(self, shown: Shown | None, place: Place | None, picked: gr.EventData, request: gr.Request) -> Update:
        kind, index = picked_of(picked)
        if shown is None or place is None or index < 0:
            return {self.place: place}
        try:
            place = shown.of_event(index) if kind == "event" else shown.of_claim(index, place.time_s)
        except IndexError:
            # The page and what is shown are not the same any more: an analysis has just replaced another.
            return {self.place: place}
        return self._at(shown, place, words_of(request))

    def _scrub(self, shown: Shown | None, time_s: float, request: gr.Request) -> Update:
        if shown is None:
            return {self.place: None}
        update = self._at(shown, Place(float(time_s)), words_of(request))
        # The slider is where the visitor is holding it.
        del update[self.time]
        return update

    def _example(self, picked: gr.EventData) -> Update:
        kind, index = picked_of(picked)
        return {self.clip: str(example_clip(index))} if kind == "example" and 0 <= index < len(EXAMPLES) else {self.clip: None}

    def _choose(self, shown: Shown | None, picked: gr.EventData, request: gr.Request) -> Update:
        _, index = picked_of(picked)
        if shown is None or not 0 <= index < len(shown.analysis.report.people):
            return {self.shown: shown}
        return self._explained(shown.choose(index), words_of(request))


def _now(wide: str, narrow: str) -> dict[str, Any]:
    return {"wide": wide, "narrow": narrow}

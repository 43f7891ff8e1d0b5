"""The Analyse tab: a clip goes in; who is in it, what moved when, what is said about it and whether that is true come out."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import gradio as gr

from cot_engine.analysis import Analysis
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS
from cot_engine.ui import fragments
from cot_engine.ui.downloads import public_report, write_downloads
from cot_engine.ui.examples import NAMES as EXAMPLES
from cot_engine.ui.examples import example_clip, examples
from cot_engine.ui.fragments import own_html, picked_of
from cot_engine.ui.frame_store import FrameKeeper
from cot_engine.ui.job import MODEL_QUEUE, PRIVATE, Job, Update
from cot_engine.ui.models import Models
from cot_engine.ui.running import Running, follow
from cot_engine.ui.shown import Place, Shown
from cot_engine.ui.texts import Words, text, words_of
from cot_engine.video import Frame

# What ``cot_engine.analysis.analyze`` is: tests give another.
Analyze = Callable[..., Analysis]

# Frames tell of progress more often than anybody can read, and the browser draws each word beside our work.
_TELL_EVERY_S = 0.5
_STAGES = {"reading faces": "faces", "action units": "units", "explaining": "explaining"}


@dataclass(frozen=True)
class _Step:
    stage: str
    done: int = 0
    total: int | None = None


@dataclass(frozen=True)
class _Text:
    text: str


@dataclass(frozen=True)
class _Faces:
    shown: Shown


@dataclass(frozen=True)
class _Movements:
    shown: Shown


class _Onlooker:
    """Follows perception: tells of its progress now and then, and keeps the frames it reads."""

    def __init__(self, tell: Callable[[Any], None], keeper: FrameKeeper) -> None:
        self._tell, self._keeper = tell, keeper
        self._told_at = 0.0

    def __call__(self, stage: str, done: int, total: int | None, /) -> None:
        soon = time.monotonic() - self._told_at < _TELL_EVERY_S and done != total and done > 1
        self._told_at = self._told_at if soon else time.monotonic()
        self._tell(None if soon else _Step(_STAGES.get(stage, "opening"), done, total))

    def show(self, frame: Frame) -> None:
        self._keeper.show(frame)


class AnalyseTab:
    """The parts of the tab and what they do. Made inside a ``gr.Blocks`` context."""

    def __init__(self, analyze: Analyze, models: Models, running: Running) -> None:
        self._analyze, self._models = analyze, models
        self.job = Job("analyse", running, self._cleared)
        self._lay_out(models.names)
        self._connect()

    def _lay_out(self, models: list[str]) -> None:
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
                    self.model = gr.Dropdown(models, value=models[0], label=text("model_label"), info=text("model_info"))
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
            self.probabilities, self.notes, self.downloads, self.as_json, self.as_page, self.as_table,
        ]  # fmt: skip
        self.job.connect(self._run, chosen, self._results)
        self.examples.select(self._example, None, self.clip, queue=False, **PRIVATE)
        view = [self.frame, self.time, self.timeline]
        for part in (self.timeline, self.trace, self.claims):
            part.select(self._pick, self.time, view, queue=False, **PRIVATE)
        self.time.input(self._scrub, self.time, view, queue=False, trigger_mode="always_last", **PRIVATE)
        self.faces.select(self._choose, None, self._results, queue=False, **PRIVATE)
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
            reasoner = self._models.reasoner(model)
            analysis = self._analyze(clip, labels=labels, people=people, observe=observe, reasoner=reasoner)
        except Refusal as refusal:
            raise gr.Error(f"{refusal.code}: {refusal.message} {refusal.hint}", print_exception=False) from None
        return public_report(analysis).to_json()

    def _cleared(self) -> Update:
        blank = (self.empty, self.headline, self.faces, self.frame, self.trace, self.claims, self.probabilities, self.notes)
        return {
            **dict.fromkeys(blank, ""),
            self.timeline: gr.HTML(value="", wide="-9px", narrow="-9px"),
            self.time: gr.Slider(visible=False),
            self.words: gr.Row(visible=False),
            self.downloads: gr.Column(visible=False),
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

            def hold(shown: Shown) -> None:
                self.job.hold(request, shown, stop)

            shown = yield from self._stream(follow(analysed, stop), hold, say)
            hold(shown)
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
        keeper = FrameKeeper()

        def seen(analysis: Analysis) -> None:
            tell(_Faces(Shown(analysis, frames=keeper.store())))
            tell(_Movements(Shown(analysis)))
            if analysis.perception.whole and keeper.complete(analysis, lambda: tell(None)):
                tell(_Faces(Shown(analysis, frames=keeper.store())))

        def told(words: str) -> None:
            tell(_Text(words))

        if not self._models.ready(model):
            tell(_Step("loading"))
        reasoner = self._models.reasoner(model)
        analysis = self._analyze(clip, reasoner=reasoner, progress=_Onlooker(tell, keeper), seen=seen, told=told, **asked)
        return Shown(analysis, explained=True, frames=keeper.store())

    def _stream(self, stream: Any, hold: Callable[[Shown], None], say: Words) -> Any:
        """Shows the news of the work as they come; gives its result."""
        stages: tuple[str, ...] = fragments.ANALYSE_STAGES
        while True:
            try:
                news = next(stream)
            except StopIteration as end:
                return end.value
            if isinstance(news, _Step):
                if news.stage not in stages:
                    stages = (news.stage, *stages)
                yield {self.job.status: fragments.stages(say, news.stage, news.done, news.total, stages)}
            elif isinstance(news, _Text):
                yield {self.words: gr.Row(visible=True), self.trace: fragments.fragment("streaming", say, news.text)}
            elif isinstance(news, _Movements):
                yield {self.headline: news.shown.headline(say), self.timeline: _drawn(news.shown, say)}
            elif news.shown.frames:
                hold(news.shown)
                # The timeline comes whole with the movements: of two changes to one part in a row, Gradio's page may lose one.
                yield {self.faces: news.shown.people(say), **self._view(news.shown, news.shown.start(), say)}

    def _at(self, shown: Shown, place: Place, say: Words) -> Update:
        return {**self._view(shown, place, say), self.timeline: gr.HTML(**_now(shown, place))}

    def _view(self, shown: Shown, place: Place, say: Words) -> Update:
        return {
            self.frame: shown.frame(say, place),
            self.time: gr.Slider(
                value=round(place.time_s, 2),
                maximum=max(round(shown.duration_s, 2), 0.01),
                visible=bool(shown.frames) and not shown.still,
            ),
        }

    def _explained(self, shown: Shown, say: Words) -> Update:
        """Everything about the chosen person, from the headline to the warnings."""
        return {
            **self._view(shown, shown.start(), say),
            self.faces: shown.people(say),
            self.headline: shown.headline(say),
            self.timeline: _drawn(shown, say),
            self.words: gr.Row(visible=True),
            self.trace: shown.trace(say),
            self.claims: shown.claims(say),
            self.probabilities: shown.probabilities(say),
            self.notes: shown.notes(say),
        }

    def _pick(self, now_s: float, picked: gr.EventData, request: gr.Request) -> Update:
        shown: Shown | None = self.job.held(request)
        kind, index = picked_of(picked)
        if shown is None or index < 0:
            return _nothing()
        try:
            place = shown.of_event(index) if kind == "event" else shown.of_claim(index, float(now_s))
        except IndexError:
            # The page and what is shown are not the same any more: an analysis has just replaced another.
            return _nothing()
        return self._at(shown, place, words_of(request))

    def _scrub(self, time_s: float, request: gr.Request) -> Update:
        shown: Shown | None = self.job.held(request)
        if shown is None:
            return _nothing()
        update = self._at(shown, Place(float(time_s)), words_of(request))
        # The slider is where the visitor is holding it.
        del update[self.time]
        return update

    def _example(self, picked: gr.EventData) -> Update:
        kind, index = picked_of(picked)
        return {self.clip: str(example_clip(index))} if kind == "example" and 0 <= index < len(EXAMPLES) else {self.clip: None}

    def _choose(self, picked: gr.EventData, request: gr.Request) -> Update:
        shown: Shown | None = self.job.held(request)
        _, index = picked_of(picked)
        if shown is None or not 0 <= index < len(shown.analysis.report.people):
            return _nothing()
        shown = shown.choose(index)
        self.job.hold(request, shown)
        return self._explained(shown, words_of(request))


def _nothing() -> Update:
    """No part of the page changes."""
    nothing: Update = gr.skip()
    return nothing


def _drawn(shown: Shown, say: Words) -> Any:
    """The timeline, with the mark at the moment that is shown first."""
    return gr.HTML(value=shown.timeline(say), **_now(shown, shown.start()))


def _now(shown: Shown, place: Place) -> dict[str, Any]:
    wide, narrow = shown.now_shares(place.time_s)
    return {"wide": wide, "narrow": narrow}

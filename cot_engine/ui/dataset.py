"""The Dataset tab: many clips go in; a data set of checked captions comes out, to be looked at and taken away."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import Any

import gradio as gr

from cot_engine.captioning.run import Cancelled
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS
from cot_engine.ui import dataset_view, fragments
from cot_engine.ui.dataset_input import folders
from cot_engine.ui.dataset_run import NOT_SURE, DatasetRun, Filter, caption_all
from cot_engine.ui.dataset_view import PAGE, Progress
from cot_engine.ui.fragments import own_html, picked_of
from cot_engine.ui.job import PRIVATE, Job, Update
from cot_engine.ui.models import Models
from cot_engine.ui.running import Running, Stopped, follow
from cot_engine.ui.texts import Words, text, words_of

DATASET_QUEUE = "dataset"
"""``concurrency_id`` of captioning runs: one at a time, in one worker process, beside at most one analysis. A run may take as
long as a thousand clips do; those who look at a single clip must not wait for it."""

_ANY = ""
_SHOW = ("captions", "rejects", "duplicates")
_VERDICTS = ("supported", "contradicted", "unverifiable")


class DatasetTab:
    """The parts of the tab and what they do. Made inside a ``gr.Blocks`` context.

    Args:
        root: the folder below which visitors may have clips of this machine captioned; None offers uploads alone.
    """

    def __init__(self, models: Models, running: Running, root: Path | None) -> None:
        self._root, self._models = root, models
        self.job = Job("dataset", running, self._cleared, queue=DATASET_QUEUE, refused="data_refused")
        self._lay_out(models.names)
        self._connect()

    def _lay_out(self, models: list[str]) -> None:
        self.page = gr.State(0)
        with gr.Row():
            with gr.Column(scale=5, min_width=300):
                self.archive = gr.File(label=text("data_archive_label"), elem_id="archive", height=150)
                found = folders(self._root) if self._root else []
                self.folder = gr.Dropdown(
                    found, value=None, label=text("data_folder_label"), visible=self._root is not None, elem_id="folder"
                )
                with gr.Accordion(text("settings_title"), open=False):
                    self.labels = gr.Dropdown(
                        list(LABEL_SETS), value="basic-7", label=text("labels_label"), info=text("labels_info")
                    )
                    self.model = gr.Dropdown(models, value=models[0], label=text("model_label"), info=text("model_info"))
                self.job.lay_out_buttons("data_button")
            with gr.Column(scale=7, min_width=320):
                self.job.lay_out_status()
                self.empty = own_html("data-empty", fragments.empty(Words("en"), "empty_data", 4))
                self.counts = own_html("data-counts")
                self.download = gr.DownloadButton(text("data_download"), size="sm", visible=False, elem_id="data-download")
        with gr.Column(visible=False, elem_id="data-results") as self.results:
            with gr.Row(elem_classes="ce-filters"):
                self.show = gr.Dropdown(
                    list(_SHOW), value=_SHOW[0], label=text("data_show"), min_width=150, elem_id="data-show"
                )
                self.label = gr.Dropdown([_ANY], value=_ANY, label=text("data_label"), min_width=150, elem_id="data-label")
                self.verdict = gr.Dropdown(
                    [_ANY, *_VERDICTS], value=_ANY, label=text("data_verdict"), min_width=150, elem_id="data-verdict"
                )
                self.differs = gr.Checkbox(label=text("data_only_differs"), min_width=150, elem_id="data-differs")
            with gr.Row():
                with gr.Column(scale=7, min_width=320):
                    self.table = own_html("data-rows", js_on_load=fragments.PICK)
                    with gr.Row():
                        self.back = gr.Button(text("data_back"), size="sm", visible=False, elem_id="data-back")
                        self.on = gr.Button(text("data_on"), size="sm", visible=False, elem_id="data-on")
                with gr.Column(scale=5, min_width=300):
                    self.detail = own_html("data-detail")
        self.api_manifest = gr.JSON(visible=False)
        self.api_file = gr.File(visible=False)
        self.api_start = gr.Button(visible=False)

    def _connect(self) -> None:
        filters: list[Any] = [self.show, self.label, self.verdict, self.differs]
        listed = [self.table, self.detail, self.back, self.on, self.page]
        self.greeted = [self.empty, self.folder, self.show, self.label, self.verdict]
        results = [self.empty, self.counts, self.download, self.results, *filters, *listed]
        self.job.connect(self._run, [self.archive, self.folder, self.labels, self.model], results)
        for part in filters:
            part.input(self._first_page, filters, listed, queue=False, **PRIVATE)
        self.back.click(self._page_back, [*filters, self.page], listed, queue=False, **PRIVATE)
        self.on.click(self._page_on, [*filters, self.page], listed, queue=False, **PRIVATE)
        self.table.select(self._pick, filters, self.detail, queue=False, **PRIVATE)
        self.api_start.click(
            self.api,
            [self.archive, self.labels, self.model],
            [self.api_manifest, self.api_file],
            api_name="caption",
            concurrency_id=DATASET_QUEUE,
            concurrency_limit=1,
        )

    def greet(self, request: gr.Request) -> Update:
        """What an empty tab says, and names of choices; called when the page is loaded: the language is known only then."""
        say = words_of(request)
        return {
            self.empty: fragments.empty(say, "empty_data", 4),
            self.folder: gr.Dropdown(choices=folders(self._root) if self._root else []),
            self.show: gr.Dropdown(choices=[(say(f"data_show_{show}"), show) for show in _SHOW]),
            self.label: _labels(say, ()),
            self.verdict: gr.Dropdown(
                choices=[(say("data_any"), _ANY), *((say(f"verdict_{verdict}"), verdict) for verdict in _VERDICTS)], value=_ANY
            ),
        }

    def api(self, archive: str, labels: str, model: str, request: gr.Request) -> Iterator[tuple[dict[str, Any], str]]:
        """Captions every clip of an archive once. Returns the run's manifest and the data set.

        Args:
            archive: a zip or tar file of videos and pictures; folders named like labels, or one CSV table, give labels.
            labels: the label set to choose from.
            model: what explains.

        Returns:
            The manifest, schema cot-engine/captions/1, with counts: in = captioned + rejected + duplicates; and a zip file with
            Parquet tables of captions, rejects and duplicates, and their card.
        """
        stop = self.job.begin(request)
        try:
            run = caption_all(
                archive=Path(archive) if archive else None,
                root=None,
                name=None,
                labels=labels,
                model=self._models.spec(model),
                stop=stop,
            )
        except Refusal as refusal:
            raise gr.Error(f"{refusal.code}: {refusal.message} {refusal.hint}", print_exception=False) from None
        except Cancelled:
            raise gr.Error("The run was stopped.", print_exception=False) from None
        finally:
            self.job.forget(request, stop)
        # Not returned: the files are there until Gradio has taken its copy.
        yield run.manifest, str(run.write_zip(Path(run.folder.name) / "captions.zip"))

    def _cleared(self) -> Update:
        return {
            self.empty: "",
            self.counts: "",
            self.download: gr.DownloadButton(visible=False),
            self.results: gr.Column(visible=False),
        }

    def _run(self, archive: str | None, folder: str | None, labels: str, model: str, request: gr.Request) -> Iterator[Update]:
        say = words_of(request)
        if bool(archive) == bool(folder):
            missing = "data_both_given" if archive else "data_nothing_given"
            empty = fragments.empty(say, "empty_data", 4)
            yield {self.empty: empty, **self.job.ended(fragments.notice(say(missing)))}
            return

        def work(stop: Event) -> Iterator[Update]:
            def captioned(tell: Callable[[Progress | None], None]) -> DatasetRun:
                try:
                    return caption_all(
                        archive=Path(archive) if archive else None,
                        root=self._root,
                        name=folder,
                        labels=labels,
                        model=self._models.spec(model),
                        stop=stop,
                        progress=lambda status: tell(Progress.of(status)),
                    )
                except Cancelled:
                    raise Stopped from None

            last: list[Progress] = []
            run = yield from self._stream(follow(captioned, stop), say, last)
            self.job.hold(request, run, stop)
            yield {**self.job.ended(""), **self._finished(run, last[-1], say)}
            with tempfile.TemporaryDirectory(prefix="cot-engine-files-") as offered:
                file = run.write_zip(Path(offered) / "captions.zip")
                yield {self.download: gr.DownloadButton(value=str(file), visible=True)}

        yield from self.job.guarded(request, work)

    def _stream(self, stream: Any, say: Words, last: list[Progress]) -> Any:
        """Shows how far the run is; gives the finished run."""
        while True:
            try:
                now = next(stream)
            except StopIteration as end:
                return end.value
            last[:] = [now]
            yield {
                self.job.status: fragments.remark(say("data_captioning")),
                self.counts: dataset_view.progress(say, now, done=False),
            }

    def _finished(self, run: DatasetRun, last: Progress, say: Words) -> Update:
        counts = run.manifest["counts"]
        show = next((show for show, count in zip(_SHOW, ("captioned", "rejected", "duplicates"), strict=True) if counts[count]))
        return {
            self.counts: dataset_view.progress(say, last, done=True),
            self.results: gr.Column(visible=True),
            self.show: show,
            self.label: _labels(say, run.manifest["config"]["label_names"]),
            self.verdict: _ANY,
            self.differs: False,
            **self._listed(run, Filter(show), 0, say),
        }

    def _listed(self, run: DatasetRun | None, chosen: Filter, page: int, say: Words) -> Update:
        if run is None:
            return {self.page: 0}
        table, total = dataset_view.rows(say, run, chosen, page)
        return {
            self.table: table,
            self.detail: dataset_view.hint(say) if chosen.show == "captions" and total else "",
            self.back: gr.Button(visible=page > 0),
            self.on: gr.Button(visible=(page + 1) * PAGE < total),
            self.page: page,
        }

    def _first_page(self, show: str, label: str, verdict: Any, differs: bool, request: gr.Request) -> Update:
        return self._listed(self.job.held(request), _filter(show, label, verdict, differs), 0, words_of(request))

    def _page_back(self, show: str, label: str, verdict: Any, differs: bool, page: int, request: gr.Request) -> Update:
        return self._listed(self.job.held(request), _filter(show, label, verdict, differs), max(page - 1, 0), words_of(request))

    def _page_on(self, show: str, label: str, verdict: Any, differs: bool, page: int, request: gr.Request) -> Update:
        return self._listed(self.job.held(request), _filter(show, label, verdict, differs), page + 1, words_of(request))

    def _pick(self, show: str, label: str, verdict: Any, differs: bool, picked: gr.EventData, request: gr.Request) -> str:
        run: DatasetRun | None = self.job.held(request)
        if run is None:
            return ""
        _, index = picked_of(picked)
        return dataset_view.detail(words_of(request), run, _filter(show, label, verdict, differs), index)


def _labels(say: Words, names: Sequence[str]) -> gr.Dropdown:
    return gr.Dropdown(
        choices=[(say("data_any"), _ANY), *((name, name) for name in names), (say("not_sure"), NOT_SURE)], value=_ANY
    )


def _filter(show: str, label: str, verdict: Any, differs: bool) -> Filter:
    return Filter(show, label or None, verdict or None, differs)

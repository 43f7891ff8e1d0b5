"""The command line: parses, calls, prints. Results go to stdout, progress and errors to stderr."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cot_engine import __version__
from cot_engine.bars import progress_bar
from cot_engine.captioning.command import app as caption_app
from cot_engine.corpora.command import app as corpora_app
from cot_engine.engine.command import app as traces_app
from cot_engine.errors import Refusal
from cot_engine.evaluation.command import app as evaluate_app
from cot_engine.exits import refusals
from cot_engine.facs import THRESHOLD
from cot_engine.studio.command import app as studio_app

app = typer.Typer(
    name="cot-engine",
    help="Says what moved in a face video, what it adds up to, and checks every statement against what was measured.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(caption_app, name="caption")
app.add_typer(corpora_app, name="corpora")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(traces_app, name="traces")
app.add_typer(studio_app, name="studio")


class People(StrEnum):
    """Whom to explain."""

    main = "main"
    all = "all"


_Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout; errors as JSON on stderr.")]


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def analyze(
    clip: Annotated[str, typer.Argument(help="Video, picture, folder of frames, or AU table of another toolkit (CSV/TSV).")],
    labels: Annotated[
        str,
        typer.Option(help="basic-7, basic-8, compound-23, mafw-11, micro-3, academic-5, or a YAML file."),
    ] = "basic-7",
    model: Annotated[
        str,
        typer.Option(
            help="What explains: codebook (rules), mini (embedded model), a hub id, a model folder, or openai:URL#MODEL."
        ),
    ] = "codebook",
    adapter: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of a LoRA adapter that finetune/sft.py wrote.")
    ] = None,
    people: Annotated[People, typer.Option(help="The main person, or everyone in view.")] = People.main,
    observe: Annotated[bool, typer.Option("--observe", help="Action units only: no expression is named.")] = False,
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Below this probability the answer is 'not sure'.")
    ] = THRESHOLD,
    fps: Annotated[float | None, typer.Option(min=0.1, help="Frame rate of an AU table that holds no times.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a self-contained HTML report here.")] = None,
    as_json: _Json = False,
) -> None:
    """Explain one clip: what moved, when and how strongly, what it adds up to, and whether each statement is true."""
    if html and not html.absolute().parent.is_dir():
        raise typer.BadParameter(f"the folder {html.parent} does not exist", param_hint="--html")
    with refusals(as_json):
        from cot_engine.analysis import analyze as run
        from cot_engine.reasoners.named import reasoner_named

        reasoner = reasoner_named(model, adapter)
        with progress_bar("opening") as progress:
            analysis = run(
                clip,
                labels=labels,
                people=people.value,
                observe=observe,
                threshold=threshold,
                reasoner=reasoner,
                fps=fps,
                progress=progress,
            )
        if html:
            from cot_engine.figures import write_html
            from cot_engine.moments import gather_pictures

            write_html(analysis.report, gather_pictures(analysis), html)
            typer.echo(f"report: {html}", err=True)
        if as_json:
            typer.echo(analysis.report.to_json())
        else:
            from cot_engine.summary import print_report

            print_report(analysis.report)


@app.command("app")
def serve_app(
    model: Annotated[
        list[str] | None,
        typer.Option(help="What visitors may choose to explain with; may be given more than once. As in analyze."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="A folder whose clips visitors may have captioned.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to serve on; the default is this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 7860,
    mcp: Annotated[
        bool, typer.Option("--mcp", help="Offer the endpoints as MCP tools too; their list needs no password.")
    ] = False,
) -> None:
    """Open the page: upload a clip, watch it being read, see what is said about it and whether that is true."""
    with refusals(as_json=False):
        try:
            from cot_engine.ui import serve
        except ModuleNotFoundError as error:
            if error.name != "gradio":
                raise
            raise Refusal("backend_missing", "The page needs Gradio.", "Install it: pip install 'cot-engine[app]'.") from None
        serve(model or ["codebook"], data=data, host=host, port=port, mcp=mcp)


@app.command()
def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="The clip to follow: driver, before, or the first person.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The clip held against it: generated, after, or the second person.")],
    labels: Annotated[
        str,
        typer.Option(help="basic-7, basic-8, compound-23, mafw-11, micro-3, academic-5, or a YAML file."),
    ] = "basic-7",
    model: Annotated[str, typer.Option(help="What names the expressions; as in analyze.")] = "codebook",
    html: Annotated[Path | None, typer.Option(help="Write a self-contained HTML page here.")] = None,
    as_json: _Json = False,
) -> None:
    """Compare two clips: does B move as A did? Lag, what is lost or added, sides, strengths, and one fidelity score."""
    if html and not html.absolute().parent.is_dir():
        raise typer.BadParameter(f"the folder {html.parent} does not exist", param_hint="--html")
    with refusals(as_json):
        from cot_engine.compare.run import compare as run
        from cot_engine.reasoners.named import reasoner_named

        with progress_bar("opening") as progress:
            outcome = run(a, b, labels=labels, reasoner=reasoner_named(model), progress=progress)
        if html:
            from cot_engine.compare.page import write_html

            write_html(outcome, html)
            typer.echo(f"page: {html}", err=True)
        if as_json:
            typer.echo(outcome.comparison.to_json())
        else:
            from cot_engine.figures.words import visible

            for sentence in outcome.comparison.explanation:
                typer.echo(visible(sentence))
            for note in outcome.comparison.warnings:
                typer.echo(visible(f"note: {note.message}"))


@app.command()
def doctor(as_json: _Json = False) -> None:
    """Show what is installed and works: versions, GPU, 4-bit support, decoders, weights and where each came from."""
    from rich.console import Console

    from cot_engine.doctor import examine, render

    findings = examine()
    if as_json:
        typer.echo(json.dumps([vars(finding) for finding in findings], indent=2))
    else:
        render(findings, Console())


def main() -> None:
    """Entry point of the ``cot-engine`` command."""
    app()


if __name__ == "__main__":
    main()

"""``cot-engine evaluate``: one command that says whether to believe a model's explanations, and one that compares two."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cot_engine.bars import progress_bar
from cot_engine.exits import refusals
from cot_engine.facs import THRESHOLD

app = typer.Typer(help="Whether to believe a model: labels, faithfulness, interventions, confidence, fairness.")

_Labels = Annotated[str, typer.Option(help="basic-7, basic-8, compound-23, mafw-11, micro-3, academic-5, or a YAML file.")]
_Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON; errors as JSON on stderr.")]


@app.callback(invoke_without_command=True)
def evaluate(
    context: typer.Context,
    corpus: Annotated[str | None, typer.Option(help="Name of the data set, as 'corpora list' shows it.")] = None,
    root: Annotated[Path | None, typer.Option(help="The folder of your copy of the data set.")] = None,
    model: Annotated[list[str] | None, typer.Option(help="What explains, as in analyze; may be given more than once.")] = None,
    predictions: Annotated[
        Path | None, typer.Option(help="Instead of asking a model: JSON lines, or a folder of caption or evaluate.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for predictions and report; a run that was cut off goes on there.")
    ] = None,
    labels: _Labels = "basic-7",
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Below this probability the answer is 'not sure'.")
    ] = THRESHOLD,
    clips: Annotated[int | None, typer.Option(min=1, help="Only the first so many clips; may be raised later.")] = None,
    interventions: Annotated[
        int, typer.Option(min=0, help="How many clips are also changed and asked about again; 0 for none.")
    ] = 20,
    workers: Annotated[int, typer.Option(min=1, help="Processes that measure clips.")] = 2,
    judge: Annotated[
        str | None, typer.Option(help="Have an endpoint judge the descriptions too, openai:URL#MODEL; never the headline.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Ask models about labelled clips, or take their predictions, and report whether they deserve belief."""
    if context.invoked_subcommand is not None:
        return
    if out is None:
        raise typer.BadParameter("say where the report goes", param_hint="--out")
    if (predictions is None) == (corpus is None):
        raise typer.BadParameter("give either --corpus with --root and --model, or --predictions", param_hint="--corpus")
    if predictions is None and (root is None or not model):
        raise typer.BadParameter("--corpus needs --root and at least one --model", param_hint="--root")
    with refusals(as_json), progress_bar("opening") as progress:
        from cot_engine.facs import load_label_set

        label_set = load_label_set(labels)
        if predictions is not None:
            from cot_engine.evaluation.run import rescore

            said = rescore(predictions, label_set, threshold, out, judge)
        else:
            assert corpus is not None
            assert root is not None
            from cot_engine.corpora.catalogue import CORPORA
            from cot_engine.evaluation.run import Plan, evaluate
            from cot_engine.reasoners.named import reasoner_named

            if corpus not in CORPORA:
                raise typer.BadParameter(f"{corpus!r} is none of {', '.join(CORPORA)}", param_hint="--corpus")
            models = tuple(reasoner_named(name) for name in model or ())
            plan = Plan(CORPORA[corpus], root, out, models, label_set, threshold, clips, interventions, workers, judge)
            said = evaluate(plan, progress)
    if as_json:
        typer.echo(json.dumps(said, indent=1, ensure_ascii=False))
    else:
        _print(said, out)


@app.command()
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help="Predictions or an evaluation's folder.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The one held against it, on the same clips.")],
    as_json: _Json = False,
) -> None:
    """Hold two models against each other on the clips that both answered: B minus A, drawn with the same people."""
    with refusals(as_json):
        from cot_engine.evaluation.files import only
        from cot_engine.evaluation.paired import compare_section
        from cot_engine.evaluation.report_text import with_interval

        section = compare_section(only(a), only(b))
        if as_json:
            typer.echo(section.model_dump_json(indent=1))
            return
        for sentence in section.sentences:
            typer.echo(sentence)
        for figure in section.figures:
            typer.echo(f"  {figure.name}: {with_interval(figure.model_dump())} (n = {figure.n})")


def _print(said: dict[str, Any], out: Path) -> None:
    from cot_engine.figures.words import visible

    for name, model in said["models"].items():
        typer.echo(visible(f"{name}: {model['clips']} clips"))
        for section in model["sections"]:
            for sentence in section["sentences"]:
                typer.echo(visible(f"  {sentence}"))
    typer.echo(f"report: {out / 'report.html'}")

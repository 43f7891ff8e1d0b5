"""``cot-engine caption``: a caption for every clip of a dataset."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cot_engine.captioning.stats_command import stats
from cot_engine.exits import refusals

if TYPE_CHECKING:
    from cot_engine.captioning.inputs import Source

app = typer.Typer(invoke_without_command=True, subcommand_metavar="[stats DIR]")
app.command()(stats)


class Engine(StrEnum):
    """Where clips are worked on."""

    local = "local"
    ray = "ray"


@app.callback()
def caption(
    context: typer.Context,
    given: Annotated[
        str | None,
        typer.Option(
            "--input",
            help="A folder of videos and pictures, a pattern in quotes, a CSV or JSONL table (clip, label, subject), or a "
            "Hugging Face dataset (saved on disk, or Parquet).",
        ),
    ] = None,
    corpus: Annotated[str | None, typer.Option(help="Or a dataset by name, as 'corpora list' shows it.")] = None,
    root: Annotated[Path | None, typer.Option(help="The folder of your copy of that dataset.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the captions. The same command goes on there, also beside another one that runs."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="codebook (rules), mini, a folder that finetune/sft.py wrote, a model folder or hub id, or openai:URL#MODEL "
            "for any OpenAI-compatible endpoint."
        ),
    ] = None,
    labels: Annotated[str, typer.Option(help="A label set by name, or a YAML file.")] = "basic-7",
    engine: Annotated[Engine, typer.Option(help="This machine, or a Ray cluster.")] = Engine.local,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes that perceive clips; an endpoint gets four clips at once for each.")
    ] = 1,
    frames: Annotated[
        bool, typer.Option("--frames", help="Send the chosen frames to the endpoint too; its model must read pictures.")
    ] = False,
    processor: Annotated[
        str | None,
        typer.Option(help="Check first that the endpoint counts tokens as this local processor (folder or hub id) does."),
    ] = None,
    new_version: Annotated[
        bool, typer.Option("--new-version", help="With other settings than before: start anew beside what the folder holds.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest as JSON; errors as JSON on stderr.")] = False,
) -> None:
    """Caption every clip of a dataset exactly once: checked explanations, labels and probabilities as Parquet with a card."""
    if context.invoked_subcommand:
        return
    if out is None or model is None or (given is None) == (corpus is None) or (corpus is None) != (root is None):
        raise typer.BadParameter("give --out, --model, and either --input or --corpus with --root", context)
    with refusals(as_json):
        from cot_engine.captioning.model import need_libraries
        from cot_engine.captioning.progress import progress
        from cot_engine.captioning.run import Plan, run
        from cot_engine.facs import load_label_set

        need_libraries()
        plan = Plan(
            source=_source(given, corpus, root, out / "cache"),
            out=out,
            model=model,
            labels=load_label_set(labels),
            workers=workers,
            engine=_engine(engine),
            new_version=new_version,
            pictured=frames,
        )
        if processor is not None:
            from cot_engine.reasoners.token_parity import check_tokens

            check_tokens(model, processor, pictured=frames)
        with progress() as report:
            manifest = run(plan, report)
        if as_json:
            typer.echo(json.dumps(manifest, indent=2, ensure_ascii=False))
        else:
            _print(manifest, out)


def _source(given: str | None, corpus: str | None, root: Path | None, cache: Path) -> "Source":
    from cot_engine.captioning.inputs import from_corpus, from_input

    if given is not None:
        return from_input(given, cache)
    from cot_engine.corpora.catalogue import CORPORA

    assert corpus is not None, "one of both is given"
    assert root is not None, "it comes with --corpus"
    if corpus not in CORPORA:
        raise typer.BadParameter(f"{corpus!r} is none of {', '.join(CORPORA)}", param_hint="--corpus")
    return from_corpus(CORPORA[corpus], root)


def _engine(engine: Engine) -> Any:
    if engine is Engine.ray:
        from cot_engine.captioning.ray_engine import ray_engine

        return ray_engine
    from cot_engine.captioning.local import local

    return local


def _print(manifest: dict[str, Any], out: Path) -> None:
    from collections import Counter

    from cot_engine.captioning.read import rejects

    counts = manifest["counts"]
    typer.echo(
        f"{counts['in']} clips: {counts['captioned']} captioned, {counts['rejected']} rejected, "
        f"{counts['duplicates']} duplicates"
    )
    for code, count in Counter(row.code for row in rejects(out)).most_common():
        typer.echo(f"  {code}: {count}")
    typer.echo(f"captions: {out}, version {manifest['version']}; 'cot-engine caption stats {out}' looks at them")

"""``cot-engine caption stats``: what a captioning run says, and whether it collapsed."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cot_engine.exits import refusals

if TYPE_CHECKING:
    from cot_engine.captioning.stats import Stats


def stats(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a finished run.")],
    html: Annotated[Path | None, typer.Option(help="Write a self-contained HTML page with plots here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all counts as JSON; errors as JSON on stderr.")] = False,
) -> None:
    """Look at a captioning run: labels, verdicts, omissions, disagreement with given labels, rejects, signs of collapse."""
    if html and not html.absolute().parent.is_dir():
        raise typer.BadParameter(f"the folder {html.parent} does not exist", param_hint="--html")
    with refusals(as_json):
        from itertools import chain

        from cot_engine.captioning.read import captions, duplicates, manifest_of, rejects
        from cot_engine.captioning.stats import gather

        manifest = manifest_of(folder)
        counted = gather(chain(captions(folder), rejects(folder), duplicates(folder)))
        if html:
            from cot_engine.captioning.stats_page import write_stats

            config = manifest["config"]
            write_stats(counted, {"input": config["input"], "model": manifest["model"], "labels": config["labels"]}, html)
            typer.echo(f"page: {html}", err=True)
        if as_json:
            typer.echo(json.dumps(counted.as_dict(), indent=2, ensure_ascii=False))
        else:
            _print(counted)


def _print(counted: "Stats") -> None:
    said = counted.as_dict()
    counts, given = said["counts"], said["given_labels"]
    typer.echo(", ".join(f"{count} {name}" for name, count in counts.items()))
    if counted.labels:
        answers = [*said["labels"].items(), ("not sure", said["not_sure"]["clips"])]
        typer.echo(f"apparent expressions: {_listed(answers)}")
    if said["claims"]:
        shares = ", ".join(f"{one['share']:.1%} {name}" for name, one in said["verdicts"].items())
        typer.echo(f"{said['claims']} claims: {shares}")
    if said["omissions"]["of"]:
        typer.echo(f"{said['omissions']['omitted']} of {said['omissions']['of']} events of grade C or more left out")
    if given["answered"]:
        typer.echo(f"{given['differ']} of {given['answered']} answers differ from the given label")
    if said["rejects"]:
        typer.echo(f"rejected: {_listed(said['rejects'].items())}")
    if said["duplicates_with_another_label"]:
        typer.echo(f"{len(said['duplicates_with_another_label'])} duplicates carry another given label than their first")
    for finding in said["findings"]:
        typer.echo(f"collapsed? {finding['message']}")
    if not said["findings"]:
        typer.echo("no sign of a collapsed run")


def _listed(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts)

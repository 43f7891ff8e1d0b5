"""``cot-engine corpora``: lists the datasets there are readers for, and checks a copy of one."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from cot_engine.errors import Refusal
from cot_engine.exits import refusals

app = typer.Typer(help="Labelled datasets: what can be read, and whether a copy is as published.", no_args_is_help=True)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout; errors as JSON on stderr.")]


def _counts(labels: Mapping[str, int]) -> str:
    from cot_engine.corpora.findings import UNLABELLED

    named = {label: count for label, count in labels.items() if label != UNLABELLED}
    text = ", ".join(f"{label} {count}" for label, count in labels.items())
    if not named:
        return text
    top = max(named, key=named.__getitem__)
    return f"{text}; majority {named[top] / sum(named.values()):.2%} ({top})"


@app.command("list")
def list_corpora(as_json: _Json = False) -> None:
    """Show the datasets that can be read, with their labels in published order and their protocol."""
    from cot_engine.corpora.catalogue import CORPORA

    if as_json:
        rows = [
            {"name": c.name, "title": c.title, "labels": c.labels, "totals": dict(c.totals), "protocol": c.protocol}
            for c in CORPORA.values()
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for corpus in CORPORA.values():
        typer.echo(f"{corpus.name:17}{corpus.title}: {', '.join(corpus.labels) or 'no fixed labels'}")
        typer.echo(f"{'':17}{corpus.protocol}")


@app.command()
def check(
    name: Annotated[str, typer.Argument(help="Name of the dataset, as 'corpora list' shows it.")],
    root: Annotated[Path, typer.Option(help="The folder of your copy (for csv and jsonl also the table itself).")],
    as_json: _Json = False,
) -> None:
    """Hold a copy of a dataset against what was published; exit code 3 when a fault is found."""
    from cot_engine.corpora.catalogue import CORPORA
    from cot_engine.corpora.check import check as run

    if name not in CORPORA:
        raise typer.BadParameter(f"{name!r} is none of {', '.join(CORPORA)}", param_hint="NAME")
    with refusals(as_json):
        report = run(CORPORA[name], root)
        if as_json:
            typer.echo(json.dumps(report.as_dict(), indent=2))
        else:
            typer.echo(f"{CORPORA[name].title}: {report.samples} samples")
            for split, labels in report.histogram.items():
                typer.echo(f"  {split}: {_counts(labels)}")
            for finding in report.findings:
                typer.echo(f"{finding.severity}: {finding.code}: {finding.message}\n  {finding.action}")
            if not report.findings:
                typer.echo("nothing to report: as published, as far as is known")
        if report.faults:
            raise Refusal(
                "corpus_fault",
                f"{name} at {root} has {len(report.faults)} faults: {', '.join(fault.code for fault in report.faults)}.",
                " ".join(dict.fromkeys(fault.action for fault in report.faults)),
            )

"""``cot-engine traces``: makes explanation traces from a labelled data set."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cot_engine.bars import progress_bar
from cot_engine.exits import refusals
from cot_engine.facs import THRESHOLD

if TYPE_CHECKING:
    from cot_engine.reasoners.base import Teacher

app = typer.Typer(help="Explanation traces: training data from any labelled data set.", no_args_is_help=True)


class Aus(StrEnum):
    """Where the evidence comes from."""

    measured = "measured"
    expert = "expert"


class Frames(StrEnum):
    """Whether pictures go into the data set."""

    auto = "auto"
    local = "local"
    none = "none"


@app.callback()
def _root() -> None:
    """Keeps ``build`` a command of its own while it is the only one."""


@app.command()
def build(
    corpus: Annotated[str, typer.Option(help="Name of the data set, as 'corpora list' shows it.")],
    root: Annotated[Path, typer.Option(help="The folder of your copy (for csv and jsonl also the table itself).")],
    teacher: Annotated[str, typer.Option(help="codebook (rules), or openai:URL#MODEL for any OpenAI-compatible endpoint.")],
    out: Annotated[Path, typer.Option(help="Folder for rows, data set and report; a run that was cut off goes on there.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many samples; may be raised later.")] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Processes that measure clips; an endpoint gets four requests at once for each.")
    ] = 1,
    rounds: Annotated[int, typer.Option(min=1, help="Tries a clip gets at most.")] = 3,
    labels: Annotated[str, typer.Option(help="A label set by name, or a YAML file.")] = "basic-7",
    threshold: Annotated[
        float, typer.Option(min=0, max=1, help="Below this probability the conclusion is 'not sure'.")
    ] = THRESHOLD,
    aus: Annotated[Aus, typer.Option(help="Measure the clips, or take the data set's own expert coding.")] = Aus.measured,
    frames: Annotated[
        Frames, typer.Option(help="Pictures in the data set: where its terms allow it, always (not to be shared), or never.")
    ] = Frames.auto,
    budget: Annotated[float | None, typer.Option(min=0, help="The most an endpoint may cost; needs both prices.")] = None,
    price_in: Annotated[float, typer.Option(min=0, help="Price of a million tokens sent.")] = 0.0,
    price_out: Annotated[float, typer.Option(min=0, help="Price of a million tokens received.")] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON; errors as JSON on stderr.")] = False,
) -> None:
    """Describe, infer, check, and keep what holds: one row a clip, resumed where it was cut off."""
    from cot_engine.corpora.catalogue import CORPORA

    if corpus not in CORPORA:
        raise typer.BadParameter(f"{corpus!r} is none of {', '.join(CORPORA)}", param_hint="--corpus")
    with refusals(as_json):
        from cot_engine.engine.build import Plan
        from cot_engine.engine.run import need_libraries, run
        from cot_engine.facs import load_label_set

        need_libraries()
        label_set = load_label_set(labels)
        known = CORPORA[corpus]
        pictures = {"auto": "embed" if known.shareable else "none", "local": "embed" if known.shareable else "local"}
        plan = Plan(
            corpus=known,
            root=root,
            out=out,
            teacher=_teacher(teacher, out, (budget, price_in, price_out), workers),
            labels=label_set,
            rounds=rounds,
            threshold=threshold,
            aus=aus.value,
            frames=pictures.get(frames.value, "none"),
            limit=limit,
            workers=workers,
        )
        with progress_bar("traces") as bar:
            report = run(plan, lambda done, total, accepted: bar(f"{accepted} accepted", done, total))
        if as_json:
            typer.echo(json.dumps(report, indent=2, ensure_ascii=False))
        else:
            _print(report, out)


def _teacher(name: str, out: Path, money: tuple[float | None, float, float], workers: int) -> "Teacher":
    if name == "codebook":
        from cot_engine.engine.codebook_teacher import CodebookTeacher

        return CodebookTeacher()
    from decimal import Decimal

    from cot_engine.reasoners.chat import chat_teacher
    from cot_engine.reasoners.ledger import Prices

    budget, price_in, price_out = (None if value is None else Decimal(str(value)) for value in money)
    return chat_teacher(
        name, out=out, concurrency=4 * workers, budget=budget, prices=Prices(price_in or Decimal(0), price_out or Decimal(0))
    )


def _print(report: dict[str, Any], out: Path) -> None:
    counts = report["counts"]
    typer.echo(
        f"{counts['in']} samples: {counts['accepted']} accepted, {counts['rejected']} rejected, "
        f"{counts['duplicates']} duplicates"
    )
    for label, row in report["acceptance_by_class"].items():
        share = "-" if row["acceptance"] is None else f"{row['acceptance']:.0%}"
        typer.echo(f"  {label}: {row['accepted']} accepted ({share})")
    if report["rejections"]:
        code, count = next(iter(report["rejections"].items()))
        typer.echo(f"most frequent rejection: {code} ({count})")
    if report["disagreements"]:
        typer.echo(f"evidence and human label disagree on {len(report['disagreements'])} clips, listed in the report")
    typer.echo(f"report: {out / 'report.md'}")
    if report["splits"]:
        typer.echo(f"data set: {out / 'dataset'}")

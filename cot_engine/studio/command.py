"""``cot-engine studio``: renders faces whose action units are known exactly, and shows them."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cot_engine.bars import progress_bar
from cot_engine.exits import refusals

app = typer.Typer(help="Rendered faces whose action units are known exactly.", no_args_is_help=True)


class SplitName(StrEnum):
    """People of the two splits are disjoint."""

    train = "train"
    test = "test"


_Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout; errors as JSON on stderr.")]


@app.command()
def render(
    clips: Annotated[int, typer.Option(min=1, help="How many clips, of 2 to 4 seconds each.")],
    out: Annotated[Path, typer.Option(help="A new folder, or one whose run was cut off.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same clips.")] = 0,
    split: Annotated[SplitName, typer.Option(help="Whose faces: people for training, or for testing.")] = SplitName.train,
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0 takes one a core.")] = 0,
    frames: Annotated[bool, typer.Option("--frames", help="Folders of PNG files instead of MP4.")] = False,
    as_json: _Json = False,
) -> None:
    """Render clips with their ground truth: MP4 and Parquet, resumable, the same for the same seed."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"{out} cannot be made ({error.strerror})", param_hint="--out") from error
    with refusals(as_json):
        from cot_engine.studio.dataset import render_dataset
        from cot_engine.studio.rig import load_rig

        # Built once here: in two workers at a time it would be built twice.
        load_rig()
        with _progress("filming") as progress:
            manifest = render_dataset(
                out,
                clips,
                seed,
                split.value,
                workers=workers or len(os.sched_getaffinity(0)),
                pictures=frames,
                progress=progress,
            )
        if as_json:
            typer.echo(json.dumps(manifest))
        else:
            counts = manifest["counts"]
            typer.echo(f"{counts['clips']} clips of {counts['actors']} people, {counts['frames']} frames: {out}")


@app.command()
def bench(
    root: Annotated[Path, typer.Option(help="A set that 'studio render --split test' wrote.")],
    out: Annotated[Path, typer.Option(help="Folder for the results; readings kept in it are used again.")],
    workers: Annotated[int, typer.Option(min=0, help="Processes; 0 takes one a core.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap behind the intervals.")] = 0,
    as_json: _Json = False,
) -> None:
    """Measure perception on held-out clips, ours beside raw blendshapes: JSON, Markdown and a figure."""
    with refusals(as_json):
        from cot_engine.studio.bench import bench as run
        from cot_engine.studio.bench_text import verdict_lines

        with _progress("measuring") as progress:
            document = run(root, workers=workers or len(os.sched_getaffinity(0)), out=out, progress=progress, seed=seed)
        if as_json:
            typer.echo(json.dumps(document))
        else:
            typer.echo("\n".join([*verdict_lines(document), f"results: {out}"]))


@app.command()
def sheet(
    out: Annotated[Path, typer.Option(help="The PNG file to write.")] = Path("contact_sheet.png"),
    people: Annotated[int, typer.Option(min=1, help="How many people.")] = 24,
) -> None:
    """Draw a contact sheet that a person can look at: people, and the expressions on one of them."""
    with refusals(as_json=False):
        from cot_engine.studio.sheet import contact_sheet

        contact_sheet(out, people=people)
        typer.echo(f"contact sheet: {out}", err=True)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Where the files of the estimator are written.")],
    work: Annotated[Path, typer.Option(help="Folder for what it learns from; what is missing in it is rendered first.")],
    begin_with: Annotated[
        Path | None, typer.Option(help="Folder of an estimator to go on from, instead of from nothing.")
    ] = None,
    people: Annotated[int, typer.Option(min=20, help="Of how many people it learns from 18 stills each.")] = 2000,
    films: Annotated[int, typer.Option(min=1, help="Of how many others it learns from a film each.")] = 800,
    clips: Annotated[int, typer.Option(min=1, help="How many films, of others again, to calibrate on.")] = 200,
    epochs: Annotated[int, typer.Option(min=1)] = 40,
    seed: Annotated[int, typer.Option(min=0, help="Of the stills; films take the next ones whose people are others.")] = 21,
    workers: Annotated[int, typer.Option(min=1)] = os.cpu_count() or 1,
) -> None:
    """Train the action-unit estimator on rendered people and calibrate it on films of others: some hours on 2 cores.

    The same command goes on where it was cut off.
    """
    with refusals(as_json=False):
        from cot_engine.studio.calibration import calibrate
        from cot_engine.studio.dataset import render_dataset
        from cot_engine.studio.performance import PEOPLE_A_SEED
        from cot_engine.studio.rig import load_rig
        from cot_engine.studio.stills import make_stills
        from cot_engine.studio.training import train as train_estimator
        from cot_engine.studio.watched import watch_films

        def say(line: str) -> None:
            typer.echo(line, err=True)

        load_rig()
        films_seed = seed + -(-people // PEOPLE_A_SEED)
        clips_seed = films_seed + -(-films // PEOPLE_A_SEED)
        with _progress("rendering stills") as progress:
            make_stills(work / "stills", people, seed, workers=workers, progress=progress)
        with _progress("watching films") as progress:
            watch_films(work / "films", films, films_seed, workers=workers, progress=progress)
        train_estimator(
            *(work / "stills", work / "films", out),
            kept=work / "training.safetensors",
            epochs=epochs,
            begin_with=begin_with,
            threads=workers,
            say=say,
        )
        with _progress("rendering films to calibrate on") as progress:
            render_dataset(work / "calibration", clips, clips_seed, split="train", workers=workers, progress=progress)
        with _progress("calibrating") as progress:
            calibrate(work / "calibration", out, workers=workers, say=say, progress=progress)


@contextmanager
def _progress(stage: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr when that is a terminal, else nothing."""
    with progress_bar(stage) as bar:
        yield partial(bar, stage)

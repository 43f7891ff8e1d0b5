"""Builds ``mini``, the embedded analyst, from nothing but the installed packages.

    python finetune/build_mini.py --out runs/mini              # everything, some hours on two CPU cores
    python finetune/build_mini.py --out runs/mini --install    # and puts what was trained into the package

Stills of studio people teach a small vision tower to see action units; films show how perception misreads performances; drawn
performances, misread in the same way and with a few frames rendered, are explained by the codebook; the language model learns
from these (``sft.py``); and on the films, whose people it never met, the temperature of its labels is fitted. Every step is
kept: the same command goes on after a kill, and a folder that is deleted is made again.
"""

import json
import shutil
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import sft
import torch
import typer
from checkpoints import newest_complete
from mini_rows import FRAMES as SHOWN
from mini_rows import LABELS, Film, make_rows, read_films
from recipe import parse
from safetensors.torch import load_file, save_file
from tower import train
from trl import SFTConfig

from cot_engine import mini
from cot_engine.adapters import WEIGHTS, write_base
from cot_engine.evaluation.confidence import fit_temperature
from cot_engine.facs import THRESHOLD
from cot_engine.reasoners.plain import plain_trace
from cot_engine.reasoners.vlm import SETTINGS, Settings
from cot_engine.reasoners.vlm_loading import load_vlm
from cot_engine.studio.dataset import render_dataset
from cot_engine.studio.stills import make_stills

CONFIG = Path(__file__).parent / "configs/mini_lora_cpu.yaml"
# Seeds of people nobody shares: stills, films (temperature), drawn performances. A seed names the thousand of its people; the
# performances pass over most plans and reach into the eleven thousands after theirs, so that seed lies far from the others. Nor
# has the action-unit estimator learned from the people of the films.
_STILLS, _FILMS, _ROWS = 21, 45, 200


def build(
    out: Annotated[Path, typer.Option(help="Folder of everything that is made.")],
    people: Annotated[int, typer.Option(help="People of whom stills are rendered for the vision tower.")] = 1482,
    epochs: Annotated[int, typer.Option(help="Rounds of the vision tower over their faces.")] = 5,
    films: Annotated[int, typer.Option(help="Films to learn from how perception misreads, and to fit the temperature.")] = 120,
    rows: Annotated[int, typer.Option(help="Drawn performances to learn from; the last 40 are for validation.")] = 1440,
    workers: Annotated[int, typer.Option(help="Processes that render.")] = 2,
    config: Annotated[Path, typer.Option(help="Recipe of the fine-tuning.")] = CONFIG,
    install: Annotated[bool, typer.Option(help="Copy tower and adapter into the package.")] = False,
) -> None:
    """All steps in order."""
    out.mkdir(parents=True, exist_ok=True)
    tower = out / mini.TOWER.name
    if not tower.is_file():
        make_stills(out / "stills", people, _STILLS, workers=workers, progress=_progress("stills"))
        eyes, scores = train(out / "stills", epochs=epochs, threads=workers, say=say)
        save_file({name: value.half().contiguous() for name, value in eyes.state_dict().items()}, tower)
        (out / "tower.json").write_text(json.dumps(scores, indent=1), encoding="utf-8")
    seen = _films(out, films, workers)
    make_rows(out / "rows", seen, rows, _ROWS, workers=workers, say=say)
    base = mini.model_directory(tower=tower)
    adapter = out / "sft" / sft.ADAPTER
    if not (adapter / WEIGHTS).is_file():
        paths = {"config": config, "data": out / "rows", "model_name_or_path": base, "output_dir": out / "sft"}
        sft.main(*parse(SFTConfig, [told for name, path in paths.items() for told in (f"--{name}", str(path))]))
    _ship(adapter, out / "adapter", base, config)
    (out / "adapter" / SETTINGS).write_text(json.dumps(asdict(calibrated(base, out / "adapter", seen))), encoding="utf-8")
    if install:
        shutil.copy(tower, mini.TOWER)
        shutil.rmtree(mini.ADAPTER, ignore_errors=True)
        shutil.copytree(out / "adapter", mini.ADAPTER)


def _films(out: Path, count: int, workers: int) -> list[Film]:
    if not (out / "films" / "manifest.json").is_file() or not json.loads((out / "films/manifest.json").read_text())["complete"]:
        render_dataset(out / "films", count, _FILMS, "train", workers=workers, progress=_progress("films"))
    return read_films(out / "films", out / "readings", workers=workers, say=say)


def _ship(trained: Path, target: Path, base: Path, config: Path) -> None:
    """The adapter in 16 bits, with the record of its base, its recipe and its log, without what a trainer left there."""
    target.mkdir(exist_ok=True)
    save_file({name: value.bfloat16() for name, value in load_file(trained / WEIGHTS).items()}, target / WEIGHTS)
    # Safetensors are written for their owner alone; these are for whoever installs the package.
    (target / WEIGHTS).chmod(0o644)
    written = json.loads((trained / "adapter_config.json").read_text(encoding="utf-8"))
    (target / "adapter_config.json").write_text(
        json.dumps(written | {"base_model_name_or_path": "mini"}, indent=1), encoding="utf-8"
    )
    write_base(target, base, "mini")
    checkpoint, _ = newest_complete(trained.parent)
    if checkpoint is not None:
        state = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
        log = {"recipe": config.read_text(encoding="utf-8"), "log": state["log_history"]}
        (target / "training.json").write_text(json.dumps(log, indent=1), encoding="utf-8")


def calibrated(base: Path, adapter: Path, films: list[Film]) -> Settings:
    """Frames and temperature: labels scored after the taught explanation of films whose people were not learned from."""
    vlm = load_vlm(base, adapter)
    vlm.temperature = 1.0
    rows, truths = [], []
    for plan, evidence, pictures in films:
        if (truth := LABELS.find(plan.label)) is not None:
            told = vlm.conclude(plain_trace(evidence, LABELS, THRESHOLD), evidence, LABELS, pictures)
            rows.append([told[name] for name in LABELS.names])
            truths.append(LABELS.names.index(truth.name))
    temperature = fit_temperature(torch.tensor(rows, dtype=torch.float64).numpy(), torch.tensor(truths).numpy())
    say(f"temperature {temperature:.3f}, fitted on {len(truths)} films")
    return replace(Settings(), frames=SHOWN, temperature=round(temperature, 3))


def _progress(what: str):  # type: ignore[no-untyped-def]
    return lambda done, total: say(f"{what}: {done}/{total}")


def say(text: str) -> None:
    """Progress, apart from results."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    typer.run(build)

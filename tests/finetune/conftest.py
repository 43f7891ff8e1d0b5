"""Tiny checkpoints of every family, made once, and a small data set with pictures in the form of ``traces build``."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# They belong to the extra "train".
if not all(map(importlib.util.find_spec, ("trl", "peft", "bitsandbytes", "datasets"))):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> Iterator[None]:
    # Tiny matrices gain nothing from more, and other tests run beside these.
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The folder of a tiny checkpoint of a family."""
    import tiny_families

    made: dict[str, str] = {}

    def of(family: str) -> str:
        if family not in made:
            made[family] = tiny_families.save(family, tmp_path_factory.mktemp(family))
        return made[family]

    return of


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Some rows to train on and some held out, each with two small pictures."""
    import smoke

    out = tmp_path_factory.mktemp("traces")
    rows = [*smoke.played(8, "train"), *smoke.played(4, "test")]
    return str(smoke.write(out, [_pictured(out, row, n) for n, row in enumerate(rows)]))


def _pictured(out: Path, row, n: int):
    from PIL import Image

    from cot_engine.engine.measure import FRAMES
    from cot_engine.engine.rows import FrameRef

    (out / FRAMES / row.key).mkdir(parents=True)
    frames = []
    for i, role in enumerate(("rest", "apex")):
        name = f"{row.key}/{i}.jpg"
        Image.new("RGB", (60, 56), (40 * i + 60, 20 * n % 255, 120)).save(out / FRAMES / name)
        frames.append(FrameRef(index=i, time_s=0.5 + i, role=role, file=name))
    return row.model_copy(update={"seen": row.seen.model_copy(update={"frames": tuple(frames)})})

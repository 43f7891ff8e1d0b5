import json
import os

import pytest
import torch
from checkpoints import faults, newest_complete
from safetensors.torch import save_file

FILES = ("adapter_model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json")


@pytest.fixture
def checkpoint(tmp_path):
    def make(step):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        save_file({"a": torch.ones(50), "b": torch.ones(3, 3)}, folder / FILES[0])
        for name in FILES[1:4]:
            torch.save({"x": torch.ones(20)}, folder / name)
        (folder / FILES[4]).write_text(json.dumps({"global_step": step, "log_history": []}))
        return folder

    return make


def test_the_newest_is_the_one_with_the_most_steps(checkpoint, tmp_path):
    made = [checkpoint(step) for step in (90, 100, 20)]
    assert newest_complete(tmp_path) == (made[1], [])


def test_without_any_there_is_none(tmp_path):
    assert newest_complete(tmp_path / "absent") == (None, [])


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("left", [None, 0, 0.5, 0.97])
def test_one_with_a_file_missing_or_cut_off_is_passed_over(checkpoint, tmp_path, name, left):
    old, new = checkpoint(1), checkpoint(2)
    path = new / name
    if left is None:
        path.unlink()
    else:
        os.truncate(path, int(path.stat().st_size * left))
    assert newest_complete(tmp_path) == (old, [new])
    assert list(faults(new))


def test_when_none_is_complete_all_are_passed_over(checkpoint, tmp_path):
    made = [checkpoint(step) for step in (1, 2)]
    for folder in made:
        (folder / "trainer_state.json").unlink()
    assert newest_complete(tmp_path) == (None, made[::-1])

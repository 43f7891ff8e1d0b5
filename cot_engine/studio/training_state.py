"""Where a training stands, kept after every epoch so that it goes on when it was cut off: safetensors, nothing pickled."""

import json
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from cot_engine.errors import Refusal

_NETWORKS, _OPTIMISER, _STANDS = "networks.", "optimiser.", "stands"


def keep(path: Path, networks: nn.Module, optimiser: Optimizer, schedule: LRScheduler, epochs: int, of: dict[str, Any]) -> None:
    """Writes everything that the next epoch depends on.

    Args:
        epochs: how many are done.
        of: what the training is of, in JSON's types; only the same is gone on with.
    """
    state = optimiser.state_dict()
    tensors: dict[str, Tensor] = {f"{_NETWORKS}{name}": value.contiguous() for name, value in networks.state_dict().items()}
    for number, values in state["state"].items():
        tensors |= {f"{_OPTIMISER}{number}.{name}": value.contiguous() for name, value in values.items()}
    stands = {"of": of, "epochs": epochs, "groups": state["param_groups"], "schedule": schedule.state_dict()}
    unfinished = path.with_suffix(".part")
    save_file(tensors, unfinished, {_STANDS: json.dumps(stands)})
    unfinished.replace(path)


def take_up(path: Path, networks: nn.Module, optimiser: Optimizer, schedule: LRScheduler, of: dict[str, Any]) -> int:
    """Puts all three where ``keep`` left them; returns how many epochs are done, 0 where nothing was kept.

    Raises:
        Refusal: ``config_mismatch`` when what was kept is of another training.
    """
    if not path.is_file():
        return 0
    with safe_open(path, framework="pt") as file:
        stands = json.loads(file.metadata()[_STANDS])
    if changed := [name for name in of if stands["of"].get(name) != of[name]]:
        was = ", ".join(f"{name} was {stands['of'].get(name)} and is {of[name]}" for name in changed)
        raise Refusal("config_mismatch", f"{path.name} is of another training: {was}.", f"Delete it to begin anew: {path}")
    tensors = load_file(path)
    networks.load_state_dict({k.removeprefix(_NETWORKS): v for k, v in tensors.items() if k.startswith(_NETWORKS)})
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith(_OPTIMISER):
            number, _, which = name.removeprefix(_OPTIMISER).partition(".")
            state.setdefault(int(number), {})[which] = value
    optimiser.load_state_dict({"state": state, "param_groups": stands["groups"]})
    schedule.load_state_dict(stands["schedule"])
    return int(stands["epochs"])

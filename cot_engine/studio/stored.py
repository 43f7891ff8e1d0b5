"""The files of the estimator: networks are written for ``action_units.learned`` to run, and taken up again to learn on."""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.numpy import load_file, save_file
from torch import nn

from cot_engine.action_units.appearance import PICTURE
from cot_engine.action_units.learned import ENCODER, MAPS, PICTURES, TRUNK, WEIGHTS
from cot_engine.studio.half_precision import HALF, store_halves
from cot_engine.studio.networks import Networks
from cot_engine.studio.scenes import frame_of
from cot_engine.studio.trunk import SIZES


def write(networks: Networks, calm: float, sides: NDArray[np.float32], out: Path) -> None:
    """Writes trunk.onnx, encoder.onnx and head.safetensors into ``out``; ``calm`` and ``sides`` as ``training.calm_below`` and
    ``training.sides_right`` find them.

    Weights are stored in half precision; the arrays that say where a face lies in its picture are not.
    """
    out.mkdir(parents=True, exist_ok=True)
    layers = [layer for layer in networks.head if isinstance(layer, nn.Linear)]
    halves = {
        "components": networks.components,
        **{f"w{i}": layer.weight.detach().numpy() for i, layer in enumerate(layers)},
        **{f"b{i}": layer.bias.detach().numpy() for i, layer in enumerate(layers)},
    }
    floats = {
        "mean_geometry": networks.frame.mean.ravel(),
        "target": networks.frame.target,
        "rest_shapes": networks.rest_shapes,
        "calm_below": np.array([calm]),
        "sides_right": sides,
    }
    arrays = {name: np.ascontiguousarray(values, np.float16) for name, values in halves.items()}
    arrays |= {name: np.ascontiguousarray(values, np.float32) for name, values in floats.items()}
    save_file(arrays, out / WEIGHTS)
    onnx.save(networks.trunk, out / TRUNK)
    torch.onnx.export(
        networks.encoder.to(memory_format=torch.contiguous_format),
        (torch.zeros(1, 2, *PICTURE), torch.zeros(1, 2, sum(SIZES))),
        str(out / ENCODER),
        input_names=[PICTURES, MAPS],
        output_names=["seen"],
        external_data=False,
    )
    model = onnx.load(out / ENCODER)
    _forget_origin(model)
    store_halves(model)
    onnx.save(model, out / ENCODER)


def _forget_origin(model: onnx.ModelProto) -> None:
    """Takes out which lines of code, on which machine, made each node."""
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")


def restore(folder: Path) -> Networks:
    """The networks that ``write`` wrote after training, ready to learn on.

    Exporting has made one layer of each convolution and the normalisation after it. Here that normalisation changes nothing
    any more but for what is added, and in training it must stay as it is (``eval``).
    """
    arrays = {name: values.astype(np.float32) for name, values in load_file(folder / WEIGHTS).items()}
    frame = frame_of(arrays["mean_geometry"].reshape(-1, 3), arrays["target"])
    networks = Networks(frame, arrays["components"], arrays["rest_shapes"].ravel())
    for i, layer in enumerate(layer for layer in networks.head if isinstance(layer, nn.Linear)):
        _fill(layer.weight, arrays[f"w{i}"])
        _fill(layer.bias, arrays[f"b{i}"])
    stored = {
        array.name.removesuffix(HALF): numpy_helper.to_array(array).astype(np.float32)
        for array in onnx.load(folder / ENCODER).graph.initializer
    }
    folded: list[NDArray[np.float32]] = []
    for name, layer in networks.encoder.named_modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            _fill(layer.weight, stored[f"{name}.weight"])
        if isinstance(layer, nn.Linear):
            _fill(layer.bias, stored[f"{name}.bias"])
        elif isinstance(layer, nn.Conv2d):
            folded.append(stored[f"{name}.weight_bias"])
        elif isinstance(layer, nn.BatchNorm2d) and not layer.affine:
            _fill(layer.running_mean, stored[f"{name}.running_mean"])
            _fill(layer.running_var, stored[f"{name}.running_var"])
        elif isinstance(layer, nn.BatchNorm2d):
            # Of each block's convolutions the first one's normalisation comes first.
            _fill(layer.running_var, 1 - layer.eps)
            _fill(layer.bias, folded.pop(0))
    return networks


def _fill(parameter: torch.Tensor | None, values: NDArray[np.float32] | float) -> None:
    assert parameter is not None, "only normalisations without statistics lack theirs"
    with torch.no_grad():
        parameter.copy_(torch.as_tensor(values))

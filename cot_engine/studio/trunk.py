"""The trunk of MediaPipe's face landmark network as an ONNX graph.

Real faces taught it where lips, lids and brows lie (the model of the face landmarker, Apache-2.0). Its maps show a small
network movements that a few thousand rendered people could not teach it to see. The landmarks themselves, which stand behind
the maps, are left out.
"""

from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import numpy as np
import onnx
import tflite
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from cot_engine import weights
from cot_engine.action_units.appearance import PICTURE
from cot_engine.action_units.learned import MAPS, PICTURES
from cot_engine.studio.half_precision import store_halves

# (channels, side) of the four maps: the network's last layer at each of its smaller sizes.
SHAPES = ((128, 16), (128, 8), (128, 4), (128, 2))
SIZES = tuple(channels * side * side for channels, side in SHAPES)
_SIDE = 256
_NETWORK, _TO_FLOATS = "face_landmarks_detector.tflite", "DEQUANTIZE"
_KINDS = {value: name for name, value in vars(tflite.BuiltinOperator).items() if isinstance(value, int)}
_OPTIONS = {
    "CONV_2D": tflite.Conv2DOptions,
    "DEPTHWISE_CONV_2D": tflite.DepthwiseConv2DOptions,
    "MAX_POOL_2D": tflite.Pool2DOptions,
}


def trunk() -> onnx.ModelProto:
    """``pictures`` (N, 1, 112, 96), grey 0-1 -> ``maps`` (N, 43520): those of ``SHAPES``, flattened, one after another.

    The pictures are padded to squares and enlarged to the network's size; grey is what each of its three colours sees.
    """
    with ZipFile(weights.find("face_landmarker").path) as task:
        model = tflite.Model.GetRootAsModel(task.read(_NETWORK), 0)
    network = model.Subgraphs(0)
    constants = {f"t{i}": value for i, value in _constants(model, network)}
    height, width = PICTURE
    beside = (height - width) // 2
    constants["beside"] = np.array([0, 0, 0, beside, 0, 0, 0, height - width - beside])
    constants["larger"] = np.array([1, 1, _SIDE / height, _SIDE / height], np.float32)
    nodes = [
        helper.make_node("Pad", [PICTURES, "beside"], ["square"], mode="edge"),
        helper.make_node("Resize", ["square", "", "larger"], ["grey"], mode="linear"),
        helper.make_node("Concat", 3 * ["grey"], [f"t{network.Inputs(0)}"], axis=1),
    ]
    last: dict[tuple[int, int], str] = {}
    for kind, operator in _operators(model, network):
        if kind == _TO_FLOATS:
            continue
        tensor = operator.Outputs(0)
        _, rows, _, channels = network.Tensors(tensor).ShapeAsNumpy()
        if rows < SHAPES[-1][1]:
            break
        nodes += _nodes(kind, operator, constants)
        if kind == "PRELU":
            last[int(channels), int(rows)] = f"t{tensor}"
    flat = [f"map{i}" for i in range(len(SHAPES))]
    nodes += [helper.make_node("Flatten", [last[shape]], [name]) for shape, name in zip(SHAPES, flat, strict=True)]
    nodes.append(helper.make_node("Concat", flat, [MAPS], axis=1))
    return _model(nodes, constants)


def _operators(model: Any, network: Any) -> Iterator[tuple[str, Any]]:
    """Kind and operator, in order."""
    for i in range(network.OperatorsLength()):
        operator = network.Operators(i)
        code = model.OperatorCodes(operator.OpcodeIndex())
        yield _KINDS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())], operator


def _constants(model: Any, network: Any) -> Iterator[tuple[int, NDArray[Any]]]:
    """Index and value of each stored tensor; halves as floats, under the index of what they become."""
    floats = {operator.Inputs(0): operator.Outputs(0) for kind, operator in _operators(model, network) if kind == _TO_FLOATS}
    kinds = {tflite.TensorType.FLOAT16: np.float16, tflite.TensorType.FLOAT32: np.float32, tflite.TensorType.INT32: np.int32}
    for i in range(network.TensorsLength()):
        tensor = network.Tensors(i)
        stored = model.Buffers(tensor.Buffer())
        if stored.DataLength():
            values = np.frombuffer(stored.DataAsNumpy().tobytes(), kinds[tensor.Type()]).reshape(tensor.ShapeAsNumpy())
            yield (floats[i], values.astype(np.float32)) if i in floats else (i, values)


def _nodes(kind: str, operator: Any, constants: dict[str, NDArray[Any]]) -> list[onnx.NodeProto]:
    """What one operator becomes. Its constants are brought from channels last to channels first."""
    inputs = [f"t{operator.Inputs(i)}" for i in range(operator.InputsLength())]
    output = [f"t{operator.Outputs(0)}"]
    match kind:
        case "ADD":
            return [helper.make_node("Add", inputs, output)]
        case "PRELU":
            return _prelu(inputs[0], inputs[1], output[0], constants)
        case "PAD":
            return [helper.make_node("Pad", [inputs[0], _moved(inputs[1], None, constants)], output)]
        case "MAX_POOL_2D":
            options = _options(kind, operator)
            size = [options.FilterHeight(), options.FilterWidth()]
            return [helper.make_node("MaxPool", inputs, output, kernel_shape=size, **_steps(options))]
        case "CONV_2D":
            weight = _moved(inputs[1], (0, 3, 1, 2), constants)
            return [helper.make_node("Conv", [inputs[0], weight, inputs[2]], output, **_steps(_options(kind, operator)))]
        case "DEPTHWISE_CONV_2D":
            weight = _moved(inputs[1], (3, 0, 1, 2), constants)
            groups = len(constants[weight])
            steps = _steps(_options(kind, operator))
            return [helper.make_node("Conv", [inputs[0], weight, inputs[2]], output, group=groups, **steps)]
    raise NotImplementedError(f"{_NETWORK} has an operator {kind}, which its trunk never had")


def _prelu(x: str, slopes: str, output: str, constants: dict[str, NDArray[Any]]) -> list[onnx.NodeProto]:
    """A PReLU with slopes a as a x + (1 - a) relu(x): ONNX Runtime takes twice as long for one PRelu as for these together."""
    slope = constants[slopes].reshape(-1, 1, 1, 1)
    constants[f"{output}_below"], constants[f"{output}_above"] = slope, 1 - slope
    parts = [f"{output}_{part}" for part in ("positive", "first", "second")]
    size: dict[str, Any] = {"group": len(slope), "kernel_shape": [1, 1]}
    return [
        helper.make_node("Relu", [x], [parts[0]]),
        helper.make_node("Conv", [x, f"{output}_below"], [parts[1]], **size),
        helper.make_node("Conv", [parts[0], f"{output}_above"], [parts[2]], **size),
        helper.make_node("Add", parts[1:], [output]),
    ]


def _moved(name: str, axes: tuple[int, ...] | None, constants: dict[str, NDArray[Any]]) -> str:
    """The name of a constant with its axes in ONNX's order (None: how far to pad before and after each axis)."""
    moved = f"{name}_moved"
    if moved not in constants:
        values = constants[name]
        constants[moved] = values.transpose(axes) if axes else values[[0, 3, 1, 2]].T.ravel().astype(np.int64)
    return moved


def _options(kind: str, operator: Any) -> Any:
    options, table = _OPTIONS[kind](), operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    return options


def _steps(options: Any) -> dict[str, Any]:
    same = options.Padding() == tflite.Padding.SAME
    return {"strides": [options.StrideH(), options.StrideW()], "auto_pad": "SAME_UPPER" if same else "VALID"}


def _model(nodes: list[onnx.NodeProto], constants: dict[str, NDArray[Any]]) -> onnx.ModelProto:
    used = sorted({name for node in nodes for name in node.input} & constants.keys())
    graph = helper.make_graph(
        nodes,
        "trunk",
        [helper.make_tensor_value_info(PICTURES, onnx.TensorProto.FLOAT, ["N", 1, *PICTURE])],
        [helper.make_tensor_value_info(MAPS, onnx.TensorProto.FLOAT, ["N", sum(SIZES)])],
        [numpy_helper.from_array(np.ascontiguousarray(constants[name]), name) for name in used],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    store_halves(model)
    onnx.checker.check_model(model)
    return model

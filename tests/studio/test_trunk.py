from zipfile import ZipFile

import numpy as np
import pytest
from real_clip import real_clip

from cot_engine import weights
from cot_engine.action_units.appearance import STABLE
from cot_engine.action_units.learned import MAPS, PICTURES, load_estimator
from cot_engine.faces.finder import FaceFinder
from cot_engine.video import open_clip


def test_with_the_networks_own_last_layer_the_maps_give_its_landmarks():
    """On the real smile: the landmarks that hold still land where the upright picture was laid to have them."""
    import onnxruntime
    import tflite

    from cot_engine.studio.trunk import _NETWORK, SHAPES, _constants, _operators, trunk

    with ZipFile(weights.find("face_landmarker").path) as task:
        model = tflite.Model.GetRootAsModel(task.read(_NETWORK), 0)
    network = model.Subgraphs(0)
    stored = dict(_constants(model, network))
    (layer,) = (
        stored[operator.Inputs(1)]
        for kind, operator in _operators(model, network)
        if kind == "CONV_2D" and network.Tensors(operator.Outputs(0)).ShapeAsNumpy()[3] == 478 * 3
    )
    session = onnxruntime.InferenceSession(trunk().SerializeToString(), providers=["CPUExecutionProvider"])
    estimator = load_estimator()
    with open_clip(real_clip("single_face.mp4")) as clip, FaceFinder(weights.find("face_landmarker").path) as finder:
        frame = next(iter(clip.frames()))
        (face,) = finder.find(frame.rgb, frame.time_s)
        picture = estimator.describe(frame.rgb, face).picture
    (maps,) = session.run([MAPS], {PICTURES: picture[None, None].astype(np.float32) / 255})[0]
    channels, side = SHAPES[-1]
    coarsest = maps[-channels * side * side :].reshape(channels, side, side)
    landmarks = np.einsum("chw,ohwc->o", coarsest, layer).reshape(478, 3)
    x, y = landmarks[list(STABLE), 0] * 112 / 256 - 8, landmarks[list(STABLE), 1] * 112 / 256
    target = estimator._arrays["target"]
    assert np.median(np.abs(np.stack([x, y], axis=1) - target)) < 2


def test_weights_in_halves_compute_nearly_the_same():
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    from cot_engine.studio.half_precision import store_halves

    rng = np.random.default_rng(0)
    weight = rng.normal(size=(32, 16)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [4, 32])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [4, 16])],
        [numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    before = model.ByteSize()
    store_halves(model)
    assert model.ByteSize() < 0.6 * before
    x = rng.normal(size=(4, 32)).astype(np.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    assert session.run(None, {"x": x})[0] == pytest.approx(x @ weight, abs=0.02)

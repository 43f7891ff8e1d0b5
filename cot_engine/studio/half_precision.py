"""ONNX files of half the size: weights are stored in half precision and made floats when the file is loaded."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

# Smaller arrays (sizes, paddings, scales) save nothing.
_WORTH = 64
# What the name of such a weight ends in.
HALF = "_half"


def store_halves(model: onnx.ModelProto) -> None:
    """Changes ``model`` in place; what it computes differs by the rounding of its weights alone."""
    graph, casts = model.graph, []
    for weight in graph.initializer:
        if weight.data_type == onnx.TensorProto.FLOAT and np.prod(weight.dims) >= _WORTH:
            name, values = weight.name, numpy_helper.to_array(weight).astype(np.float16)
            weight.CopyFrom(numpy_helper.from_array(values, f"{name}{HALF}"))
            casts.append(helper.make_node("Cast", [weight.name], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)

"""Probes of the doctor that load compiled libraries: they do the real thing on something tiny and look at the result.

A broken build does not raise, it crashes or hangs: ``doctor`` runs these in a process of their own.
"""

import importlib
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

State = Literal["ok", "missing", "broken"]

MODELS_HINT = "pip install 'cot-engine[models]'"


class Finding(BaseModel):
    """One thing looked at. ``hint`` says what to do and is empty when nothing is to be done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    area: str
    name: str
    state: State
    detail: str
    hint: str = ""


def attempt(area: str, name: str, hint: str, look: Callable[[], str]) -> Finding:
    """``look`` returns the detail of a success; whatever it raises is the detail of a failure."""
    try:
        return Finding(area=area, name=name, state="ok", detail=look())
    except ModuleNotFoundError as error:
        return Finding(area=area, name=name, state="missing", detail=f"{error.name} is not installed", hint=hint)
    except Exception as error:
        # Any failure of a foreign library is what is being looked for here.
        return Finding(area=area, name=name, state="broken", detail=f"{type(error).__name__}: {error}"[:300], hint=hint)


def decoders() -> list[Finding]:
    """Encodes three frames with PyAV as H.264 and as AV1, and reads them back with PyAV and with decord."""
    readers: dict[str, Callable[[Path], list[float]]] = {"av": _read_with_av, "decord": _read_with_decord}
    findings = []
    with tempfile.TemporaryDirectory() as folder:
        for codec, encoder in (("H.264", "libx264"), ("AV1", "libsvtav1")):
            path = Path(folder) / f"{encoder}.mp4"
            made = attempt("decoders", f"{codec} test clip", "pip install --upgrade av", partial(_encode, path, encoder))
            if made.state != "ok":
                findings.append(made)
                continue
            for name, read in readers.items():
                hint = f"pip install --upgrade {name}"
                finding = attempt("decoders", f"{name}: {codec}", hint, partial(_decode, path, read))
                if (name, codec, finding.state) == ("decord", "AV1", "broken"):
                    # Known of decord 0.6; PyAV takes these clips.
                    finding = finding.model_copy(
                        update={"state": "missing", "detail": "not read", "hint": "none needed: av reads it"}
                    )
                findings.append(finding)
    return findings


_GREYS = (40, 120, 200)


def _encode(path: Path, encoder: str) -> str:
    import av
    import numpy as np

    with av.open(str(path), "w") as container:
        stream = container.add_stream(encoder, rate=10)
        if not isinstance(stream, av.VideoStream):
            raise TypeError(f"{encoder} makes no video")
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for grey in _GREYS:
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), grey, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return "written"


def _decode(path: Path, read: Callable[[Path], list[float]]) -> str:
    greys = read(path)
    if len(greys) != len(_GREYS) or any(abs(got - put) > 8 for got, put in zip(greys, _GREYS, strict=True)):
        raise ValueError(f"three frames of brightness {_GREYS} came back as {[round(grey) for grey in greys]}")
    return "three frames read back"


def _read_with_av(path: Path) -> list[float]:
    import av

    with av.open(str(path)) as container:
        return [float(frame.to_ndarray(format="rgb24").mean()) for frame in container.decode(video=0)]


def _read_with_decord(path: Path) -> list[float]:
    import decord

    reader = decord.VideoReader(str(path), num_threads=1)
    return [float(reader[index].asnumpy().mean()) for index in range(len(reader))]


def models() -> list[Finding]:
    """Torch and torchvision as a pair, the GPU, and 4-bit weights; in this order, since each needs the one before."""
    pair = attempt("models", "torch and torchvision", MODELS_HINT, _pair)
    if pair.state != "ok":
        return [pair]
    return [pair, _gpu(), attempt("models", "4-bit weights", MODELS_HINT, _four_bit)]


def _pair() -> str:
    import torch
    import torchvision

    # An operator of torchvision's own: a mismatched pair imports and then has none.
    kept = torchvision.ops.nms(torch.tensor([[0.0, 0, 1, 1], [0, 0, 1, 1]]), torch.tensor([0.9, 0.8]), 0.5)
    if kept.tolist() != [0]:
        raise ValueError(f"torchvision.ops.nms kept {kept.tolist()} of two equal boxes")
    return f"{torch.__version__} and {torchvision.__version__} work together"


def _gpu() -> Finding:
    import torch

    if not torch.cuda.is_available():
        hint = "Without one the large models are slow; the embedded one is made for the CPU."
        return Finding(area="models", name="GPU", state="missing", detail="none that torch can use", hint=hint)

    def look() -> str:
        device = torch.cuda.get_device_properties(0)
        bf16 = "bf16" if torch.cuda.is_bf16_supported() else "no bf16"
        torch.ones(2, device="cuda").sum().item()
        return f"{device.name}, {device.total_memory / 2**30:.0f} GB, {bf16}, {torch.cuda.device_count()} in all"

    return attempt("models", "GPU", "Check the driver with nvidia-smi.", look)


def _four_bit() -> str:
    """Quantises a small layer to NF4 and runs it: the error stays near the 10 % that four bits cost on random weights."""
    import torch

    # Its modules export without saying so, which type checkers take for a fault.
    bitsandbytes: Any = importlib.import_module("bitsandbytes")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    generator = torch.Generator().manual_seed(0)
    dense = torch.nn.Linear(64, 64, bias=False)
    dense.weight.data = torch.randn(64, 64, generator=generator)
    small = bitsandbytes.nn.Linear4bit(64, 64, bias=False, compute_dtype=torch.float32, quant_type="nf4")
    small.load_state_dict(dense.state_dict())
    small = small.to(device)
    inputs = torch.randn(8, 64, generator=generator)
    with torch.no_grad():
        wanted, got = dense(inputs), small(inputs.to(device)).cpu()
    error = float((got - wanted).norm() / wanted.norm())
    if small.weight.dtype != torch.uint8 or not 0 < error < 0.25:
        raise ValueError(f"an NF4 layer of type {small.weight.dtype} is off by {error:.0%}")
    return f"bitsandbytes {bitsandbytes.__version__} runs an NF4 layer on {device} (error {error:.0%})"

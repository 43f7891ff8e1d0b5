"""Builds small clips whose pixels tell their own frame number and which way up they are. Used through the ``clips`` fixture."""

import random
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

BITS = 12
COLOURS = {"r": (220, 30, 30), "g": (30, 180, 30), "b": (30, 30, 220), "w": (235, 235, 235)}


def picture(number: int, size: tuple[int, int] = (160, 96)) -> np.ndarray:
    """A grey (H, W, 3) picture: red, green, blue, white corners (rgbw read line by line), ``number`` as a bar code between."""
    width, height = size
    rgb = np.full((height, width, 3), 110, np.uint8)
    rgb[:, :, :] += (np.arange(width) * 40 // width).astype(np.uint8)[None, :, None]
    w, h = width // 4, height // 4
    for colour, y, x in zip("rgbw", (0, 0, height - h, height - h), (0, width - w, 0, width - w), strict=True):
        rgb[y : y + h, x : x + w] = COLOURS[colour]
    for bit, x in enumerate(np.linspace(0, width, BITS + 1).astype(int)[:-1]):
        rgb[height * 3 // 8 : height * 5 // 8, x : x + width // BITS + 1] = 240 if number >> bit & 1 else 10
    return rgb


def number(rgb: np.ndarray) -> int:
    """The number that ``picture`` wrote into an upright picture of any size."""
    height, width = rgb.shape[:2]
    row = rgb[height * 7 // 16 : height * 9 // 16].mean(axis=(0, 2))
    centres = ((np.arange(BITS) + 0.5) * width / BITS).astype(int)
    return sum(1 << bit for bit, x in enumerate(centres) if row[max(0, x - 1) : x + 2].mean() > 125)


def corners(rgb: np.ndarray) -> str:
    """The four corner colours line by line: ``rgbw`` if the picture is upright."""
    height, width = rgb.shape[:2]
    found = ""
    for y in (height // 8, height - height // 8):
        for x in (width // 8, width - width // 8):
            seen = rgb[y - 2 : y + 2, x - 2 : x + 2].mean(axis=(0, 1))
            found += min(COLOURS, key=lambda name: float(np.abs(seen - COLOURS[name]).sum()))
    return found


def write(
    path: Path,
    frames: int = 30,
    size: tuple[int, int] = (160, 96),
    codec: str = "libx264",
    fps: int = 30,
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    times: Sequence[float] | None = None,
    turn: tuple[int, bool] | None = None,
    aspect: Fraction | None = None,
    pictures: Sequence[np.ndarray] | None = None,
) -> Path:
    """Encode a clip; frame n shows ``picture(n)`` unless ``pictures`` are given.

    ``times`` are seconds in steps of a millisecond in place of a constant rate. ``turn`` stores a display matrix: degrees
    counter-clockwise, and whether to mirror afterwards. ``aspect`` is the width of a pixel over its height.
    """
    speed = {"libx264": {"preset": "ultrafast"}, "libsvtav1": {"preset": "12", "svtav1-params": "fast-decode=1"}}
    speed["libvpx-vp9"] = {"deadline": "realtime", "cpu-used": "8"}
    with av.open(str(path), "w", options={"movflags": "faststart"} if path.suffix in (".mp4", ".mov") else {}) as container:
        stream = container.add_stream(codec, rate=fps, options={**speed.get(codec, {}), **(options or {})})
        stream.width, stream.height = size
        stream.pix_fmt = pix_fmt
        if times is not None:
            stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        if turn is not None:
            stream.set_display_rotation(turn[0], hflip=turn[1])
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        count = frames if times is None else len(times)
        for n in range(count if pictures is None else len(pictures)):
            frame = av.VideoFrame.from_ndarray(picture(n, size) if pictures is None else pictures[n], format="rgb24")
            frame.pts, frame.time_base = (n, Fraction(1, fps)) if times is None else (round(times[n] * 1000), Fraction(1, 1000))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_sound(path: Path, seconds: float = 1.0) -> Path:
    """A file with sound and no pictures."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000, layout="mono")
        for start in range(0, int(seconds * 16000), 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 16000, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def truncate(path: Path, fraction: float) -> Path:
    """Cut a file in place to a fraction of its bytes."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * fraction)])
    return path


def patch(path: Path, box: bytes, offset: int, *values: int) -> Path:
    """Overwrite big-endian 32-bit numbers in an MP4 box, ``offset`` bytes after its name."""
    data = bytearray(path.read_bytes())
    start = data.index(box) + 4 + offset
    data[start : start + 4 * len(values)] = struct.pack(f">{len(values)}I", *values)
    path.write_bytes(bytes(data))
    return path


def peek(path: Path, box: bytes, offset: int) -> int:
    """Read a big-endian 32-bit number from an MP4 box."""
    data = path.read_bytes()
    start = data.index(box) + 4 + offset
    return int(struct.unpack(">I", data[start : start + 4])[0])


def flip_bits(path: Path, count: int, seed: int) -> Path:
    """Turn over ``count`` single bits of a file in place, none in its first 40 bytes."""
    rng = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(count):
        data[rng.randrange(40, len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(bytes(data))
    return path


def edit_packets(source: Path, target: Path, damage: Sequence[int] = (), drop: Sequence[int] = ()) -> Path:
    """Copy a clip packet by packet, with some packets (numbered as stored) damaged or left out; timestamps stay."""
    with av.open(str(source)) as reader, av.open(str(target), "w") as writer:
        stream = reader.streams.video[0]
        copy = writer.add_stream_from_template(stream)
        for n, packet in enumerate(packet for packet in reader.demux(stream) if packet.size):
            if n in drop:
                continue
            data = bytearray(bytes(packet))
            if n in damage:
                data[len(data) // 3 :] = bytes(255 - byte for byte in data[len(data) // 3 :])
            edited = av.Packet(bytes(data))
            edited.pts, edited.dts, edited.duration, edited.time_base = (
                packet.pts,
                packet.dts,
                packet.duration,
                packet.time_base,
            )
            edited.is_keyframe = packet.is_keyframe
            edited.stream = copy
            writer.mux(edited)
    return target

"""The decoding process. Started by ``process.Process``; reads one JSON request from stdin, answers on stdout, ends.

Answers, in this order: ``info``; frames, among them at most one ``takeover``; ``end``. Or ``refusal`` at any point. ``beat`` in
between shows that work goes on. See ``wire`` for how answers are written.
"""

import dataclasses
import json
import math
import os
import resource
import sys
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

import numpy as np

from cot_engine.errors import Refusal
from cot_engine.video import frames, pictures, sampling
from cot_engine.video.decoder_log import DecoderLog
from cot_engine.video.probe import probe
from cot_engine.video.types import ClipInfo, Frames, Limits
from cot_engine.video.wire import Sender


@dataclasses.dataclass(frozen=True)
class Request:
    """What to decode.

    Attributes:
        path: for ``info`` only; never opened.
        kind: as in ``source.Source``; ``format``, ``fd`` and ``pictures`` likewise.
        limits: fields of ``Limits``.
        decoder: ``decord`` (with PyAV where decord is known not to fit) or ``pyav``; ignored for pictures.
        start: frames before this index are not delivered.
        only: deliver exactly these indices, increasing; None for the usual sampling.
    """

    path: str
    kind: str
    format: str
    fd: int
    pictures: list[str]
    limits: dict[str, Any]
    decoder: str
    start: int
    only: list[int] | None


def main(fd: int | None = None) -> None:
    """Serve one request and end the process without running native destructors, which may hang.

    ``fd``: the file's descriptor, where it is not the parent's number for it.
    """
    asked = json.load(sys.stdin)
    request = Request(**asked if fd is None else {**asked, "fd": fd})
    limits = Limits(**request.limits)
    answers = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    log = DecoderLog()
    # The parent is meant to notice a stall first; the alarm is for the case that the parent is gone.
    sender = Sender(answers, math.ceil(limits.stall_s) + 2)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        if request.kind == "video":
            _video(request, limits, sender, log)
        elif request.kind == "image":
            _image(request, limits, sender, log)
        else:
            _folder(request, limits, sender, log)
    except Refusal as refusal:
        sender.tell(type="refusal", code=refusal.code, message=refusal.message, hint=refusal.hint)
    except MemoryError:
        message = f"More than {limits.memory_bytes >> 20} MiB of memory would be needed."
        sender.tell(type="refusal", code="too_large", message=message, hint="Scale the clip down first.")
    except BrokenPipeError:
        pass  # the parent has gone
    except Exception as error:  # libraries raise anything on hostile files; the parent counts it as a broken decoder
        message = f"The decoder broke down: {type(error).__name__}: {error}"[:300]
        sender.tell(type="refusal", code="no_frames", message=message, hint="The file is damaged; export it again.")
    os._exit(0)


def _handle(fd: int) -> str:
    # Opened by descriptor: the user's name, with whatever it contains, never reaches a library that might interpret it.
    return f"/proc/self/fd/{fd}"


def _video(request: Request, limits: Limits, sender: Sender, log: DecoderLog) -> None:
    import av

    av.logging.restore_default_callback()
    av.logging.set_libav_level(av.logging.ERROR)
    video = probe(_handle(request.fd), request.path, request.format, limits, log, sender.beat)
    pyav = f"PyAV {av.__version__} (FFmpeg {av.ffmpeg_version_info})"
    chosen = _chosen(request, sampling.choose(video.times_s, limits.max_fps, limits.max_frames).tolist())

    def takeover(number: int, reason: str) -> None:
        sender.tell(type="takeover", index=number, reason=reason, decoder=pyav)

    use_decord = request.decoder == "decord"
    _tell_info(sender, video.info, len(video.times_s), len(chosen), f"decord {version('decord')}" if use_decord else pyav)
    if use_decord and video.doubt:
        takeover(0, video.doubt)
        use_decord = False
    _deliver(request, sender, chosen, frames.read(video, use_decord, log, chosen.__contains__, takeover), video.expected, log)


def _image(request: Request, limits: Limits, sender: Sender, log: DecoderLog) -> None:
    image = pictures.open_picture(_handle(request.fd), limits)
    info, orientation = pictures.describe(image, request.path, limits)
    count = info.claimed_frames or 1
    # The times of an animation are known only once it is decoded, so it is sampled as if all frames lasted alike.
    times = np.arange(count) / (info.fps or 1.0)
    chosen = _chosen(request, sampling.choose(times, limits.max_fps, limits.max_frames).tolist())
    _tell_info(sender, info, count, len(chosen), f"Pillow {version('pillow')}")
    _deliver(
        request, sender, chosen, pictures.read_animation(image, count, orientation, limits, chosen.__contains__), count, log
    )


def _folder(request: Request, limits: Limits, sender: Sender, log: DecoderLog) -> None:
    info = pictures.describe_folder(request.pictures, request.path, limits)
    count = len(request.pictures)
    chosen = _chosen(
        request, sampling.choose(np.arange(count) / pictures.FOLDER_FPS, limits.max_fps, limits.max_frames).tolist()
    )
    _tell_info(sender, info, count, len(chosen), f"Pillow {version('pillow')}")
    _deliver(request, sender, chosen, pictures.read_folder(request.pictures, info, limits, chosen.__contains__), count, log)


def _chosen(request: Request, usual: Iterable[int]) -> set[int]:
    return {number for number in (usual if request.only is None else request.only) if number >= request.start}


def _tell_info(sender: Sender, info: ClipInfo, total: int, chosen: int, decoder: str) -> None:
    sender.tell(type="info", info=dataclasses.asdict(info), frames=total, chosen=chosen, decoder=decoder)


def _deliver(request: Request, sender: Sender, chosen: set[int], source: Frames, expected: int, log: DecoderLog) -> None:
    """Send the chosen frames and a summary of what could be read."""
    decoded = 0
    last = max(chosen, default=-1)
    for number, seconds, picture in source:
        decoded += 1
        if picture is None:
            sender.beat()
        else:
            sender.frame(number, seconds, picture)
        if request.only is not None and number >= last:
            break
    sender.tell(type="end", decoded=decoded, expected=expected, warnings=log.look(), warning=log.first)


if __name__ == "__main__":
    main()

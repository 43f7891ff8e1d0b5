"""A clip as a stream of upright frames with true times. All decoding happens in a process that can be killed."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from cot_engine.errors import Refusal
from cot_engine.video.process import Process
from cot_engine.video.source import Source, open_source
from cot_engine.video.types import ClipInfo, Frame, Limits, Note
from cot_engine.video.wire import Ended, Hung

_Decoder = Literal["decord", "pyav"]


class _Lost(Exception):
    """The decoding process hung, died or gave up; ``refusal`` is what to say if not one frame was delivered."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class Clip:
    """An opened clip; use it as a context manager, or call ``close``.

    Attributes:
        info: the header.
        notes: remarks on the reading so far, complete once ``frames`` has ended. Codes: ``truncated``, ``decode_warnings``,
            ``sampled``, ``no_dynamics``, ``decoder_fallback``, ``decode_timeout``, ``assumed_rate``.
        decoder: name and version of the decoder in use; both if one took over from the other.
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._takeover: int | None = None  # PyAV reads from this frame on; None as long as only decord reads
        self._running: set[Process] = set()
        self._closed = False
        self.notes: list[Note] = []
        try:
            self._ready: tuple[Process, dict[str, Any]] | None = self._start("decord", 0, None)
        except _Lost as lost:
            raise lost.refusal from None
        answer = self._ready[1]
        self.info = ClipInfo(**answer["info"])
        self.decoder: str = answer["decoder"]
        self._chosen: int = answer["chosen"]

    def __enter__(self) -> "Clip":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Kill the decoding processes and release the file. The clip cannot be read afterwards."""
        if not self._closed:
            self._closed = True
            for process in list(self._running):
                self._stop(process)
            self._source.close()

    def frames(self) -> Iterator[Frame]:
        """The frames in order, decoded while the caller works and never more than a few ahead.

        A decoder that hangs or fails takes nothing back: PyAV goes on with the first frame not yet delivered.

        Raises:
            Refusal: ``no_frames``, ``decode_timeout`` or ``too_large``, and only if not one frame could be delivered.
        """
        self.notes = []
        self._takeover = None
        self.decoder = ""
        following = delivered = 0
        summary: dict[str, Any] = {}
        while not summary:
            try:
                with closing(self._run("decord" if self._takeover is None else "pyav", following)) as answers:
                    for answer in answers:
                        if isinstance(answer, Frame):
                            following = answer.index + 1
                            delivered += 1
                            yield answer
                        elif answer["type"] == "end":
                            summary = answer
                        else:
                            self._note_start(answer, following)
            except _Lost as lost:
                hung = lost.refusal.code == "decode_timeout"
                if self.info.kind == "video" and self._takeover is None:
                    self._takeover = following
                    if hung:
                        self._note("decode_timeout", f"decord stopped answering at frame {following} and was killed.")
                    self._note("decoder_fallback", f"PyAV reads the clip from frame {following} on: {lost}")
                elif delivered:
                    if hung:
                        self._note("decode_timeout", f"The decoder stopped answering at frame {following}; the rest is lost.")
                    summary = {"decoded": delivered, "expected": self._chosen, "warnings": 1, "warning": str(lost)}
                else:
                    raise lost.refusal from None
        if not delivered:
            raise Refusal("no_frames", "Not one frame could be decoded.", "The file is damaged; export or copy it again.")
        self._note_summary(summary, delivered)

    def at(self, indices: Iterable[int]) -> list[Frame]:
        """Exactly these source frames, in the order asked for, with the same pixels as ``frames`` delivered.

        Reads the clip a second time from its start up to the last of them.

        Raises:
            Refusal: ``no_frames`` if one of them cannot be read.
        """
        asked = list(indices)
        takeover = self._takeover
        early = sorted({index for index in asked if takeover is None or index < takeover})
        late = sorted(set(asked).difference(early))
        found: dict[int, Frame] = {}
        try:
            if early:
                found.update(self._collect("decord", early))
            if late:
                found.update(self._collect("pyav", late))
        except _Lost as lost:
            raise lost.refusal from None
        missing = [index for index in asked if index not in found]
        if missing:
            raise Refusal("no_frames", f"Frame {missing[0]} cannot be read.", "Ask only for frames that were delivered.")
        return [found[index] for index in asked]

    def _collect(self, decoder: _Decoder, only: list[int]) -> dict[int, Frame]:
        return {answer.index: answer for answer in self._run(decoder, 0, only) if isinstance(answer, Frame)}

    def _run(
        self, decoder: _Decoder, start: int, only: list[int] | None = None
    ) -> Generator[Frame | dict[str, Any], None, None]:
        """Everything one decoding process says: ``info``, frames, ``end``. Raises ``_Lost`` if it does not get that far."""
        if self._ready is not None and (decoder, start, only) == ("decord", 0, None):
            process, info = self._ready
            self._ready = None
        else:
            process, info = self._start(decoder, start, only)
        try:
            yield info
            while True:
                answer = _receive(process, self._limits)
                yield answer
                if not isinstance(answer, Frame) and answer["type"] == "end":
                    return
        finally:
            self._stop(process)

    def _start(self, decoder: _Decoder, start: int, only: list[int] | None) -> tuple[Process, dict[str, Any]]:
        if self._closed:
            raise ValueError("the clip is closed")
        request = {
            "path": self._source.path,
            "kind": self._source.kind,
            "format": self._source.format,
            "fd": self._source.fd,
            "pictures": self._source.pictures,
            "limits": asdict(self._limits),
            "decoder": decoder,
            "start": start,
            "only": only,
        }
        process = Process(
            request, (self._source.fd,) if self._source.fd >= 0 else (), self._limits.stall_s, self._limits.max_side
        )
        self._running.add(process)
        try:
            info = _receive(process, self._limits)
        except BaseException:
            self._stop(process)
            raise
        assert not isinstance(info, Frame)
        return process, info

    def _stop(self, process: Process) -> None:
        process.kill()
        self._running.discard(process)

    def _note(self, code: str, message: str) -> None:
        if (note := Note(code, message)) not in self.notes:
            self.notes.append(note)

    def _note_start(self, answer: dict[str, Any], following: int) -> None:
        """Take down which decoder begins (``info``) or takes over in the same process (``takeover``)."""
        self.decoder = f"{self.decoder}, then {answer['decoder']}" if following else answer["decoder"]
        if answer["type"] == "takeover":
            self._takeover = answer["index"]
            where = f" from frame {answer['index']} on" if following else ""
            self._note("decoder_fallback", f"PyAV reads the clip{where}: {answer['reason']}.")
        elif following == 0:
            if answer["chosen"] < answer["frames"]:
                self._note("sampled", f"{answer['chosen']} of {answer['frames']} frames are read, evenly in time.")
            if self.info.kind == "frames":
                self._note(
                    "assumed_rate", f"A folder of pictures carries no times; {self.info.fps:g} frames a second were assumed."
                )

    def _note_summary(self, summary: dict[str, Any], delivered: int) -> None:
        if summary["decoded"] < summary["expected"]:
            self._note("truncated", f"{summary['decoded']} of {summary['expected']} frames could be read.")
        if summary["warnings"]:
            self._note("decode_warnings", f"Errors while decoding: {summary['warnings']}; the first: {summary['warning']}.")
        if delivered <= 2:
            self._note("no_dynamics", "One or two frames show no movement; only the expression of the moment can be described.")


def open_clip(path: str | Path, limits: Limits | None = None) -> Clip:
    """Open a video, a picture, an animated picture or a folder of pictures.

    Args:
        path: local file or folder; what it is is decided from its content.
        limits: what the clip may cost at most; ``Limits()`` if None.

    Raises:
        Refusal: ``unreadable_input``, ``not_a_video``, ``no_video_stream``, ``no_frames``, ``too_large``, ``too_long``,
            ``refused_reference``, ``decode_timeout``.
    """
    source = open_source(path)
    try:
        return Clip(source, limits or Limits())
    except BaseException:
        source.close()
        raise


def _receive(process: Process, limits: Limits) -> Frame | dict[str, Any]:
    """The next answer: a frame, ``info``, ``takeover`` or ``end``; everything else is raised."""
    try:
        answer = process.receive()
    except Hung:
        raise _Lost(
            Refusal(
                "decode_timeout",
                f"Decoding stood still for {limits.stall_s:g} s and was stopped.",
                "The file is damaged or made to stall decoders; export it again.",
            )
        ) from None
    except Ended:
        raise _Lost(
            Refusal("no_frames", "The decoder broke down on this file.", "The file is damaged; export it again.")
        ) from None
    if isinstance(answer, Frame) or answer["type"] in ("info", "takeover", "end"):
        return answer
    raise _Lost(Refusal(answer["code"], answer["message"], answer["hint"]))

"""Speed and memory of perception, from one run.

    python benchmarks/perception.py CLIP [--minutes 10]

Prints frames/s of a bare MediaPipe loop (decord and FaceLandmarker with blendshapes in one process, nothing else), of
``perceive`` end to end (worker, search, tracks, visibility, action units, events), their ratio from alternating runs, and the
resident memory of ``cot-engine analyze`` on a long clip made of CLIP.
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from cot_engine import weights
from cot_engine.faces.quiet import quiet
from cot_engine.perceive import perceive


def bare_loop(clip: Path) -> float:
    """Frames/s of the least that one can write with MediaPipe."""
    import decord
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    start = time.perf_counter()
    with quiet():
        task = vision.FaceLandmarker.create_from_options(
            vision.FaceLandmarkerOptions(
                base_options=BaseOptions(model_asset_path=str(weights.find("face_landmarker").path)),
                running_mode=vision.RunningMode.VIDEO,
                num_faces=1,
                output_face_blendshapes=True,
                output_facial_transformation_matrixes=True,
            )
        )
        reader = decord.VideoReader(str(clip))
        for i in range(len(reader)):
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=reader[i].asnumpy())
            task.detect_for_video(image, round(reader.get_frame_timestamp(i)[0] * 1000))
        task.close()
    return len(reader) / (time.perf_counter() - start)


def end_to_end(clip: Path) -> float:
    """Frames/s of ``perceive``, its start-up included."""
    start = time.perf_counter()
    return perceive(clip).clip.frames / (time.perf_counter() - start)


def repeated(clip: Path, seconds: float, out: Path) -> Path:
    """CLIP's video packets again and again until ``seconds`` are full, without re-encoding."""
    import av

    with av.open(str(clip)) as source:
        stream = source.streams.video[0]
        packets = [packet for packet in source.demux(stream) if packet.dts is not None]
        length = max(p.pts + p.duration for p in packets) - min(p.pts for p in packets)
        with av.open(str(out), "w") as target:
            copy = target.add_stream_from_template(stream)
            for turn in range(int(seconds / float(length * stream.time_base)) + 1):
                with av.open(str(clip)) as again:
                    for packet in again.demux(again.streams.video[0]):
                        if packet.dts is not None:
                            packet.pts += turn * length
                            packet.dts += turn * length
                            packet.stream = copy
                            target.mux(packet)
    return out


def memory_of(command: list[str]) -> list[float]:
    """Resident memory in MiB of a command and its children while it runs, sampled twice a second."""
    samples = []
    with psutil.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            total = 0
            for member in [process, *process.children(recursive=True)]:
                with contextlib.suppress(psutil.NoSuchProcess):  # a worker that has just ended
                    total += member.memory_info().rss
            samples.append(total / 2**20)
            time.sleep(0.5)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed with exit code {process.returncode}")
    return samples


def main() -> None:
    """Runs both measurements and prints them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clip", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10.0)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        # Long enough that start-up does not decide.
        half_minute = repeated(options.clip, 30, Path(folder) / "half_minute.mp4")
        end_to_end(options.clip)
        bare_loop(options.clip)
        pairs = [(bare_loop(half_minute), end_to_end(half_minute)) for _ in range(options.runs)]
        bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        print(f"30 s clip: bare MediaPipe loop {bare:.1f} frames/s, perceive {ours:.1f} frames/s, ratio {ratio:.2f}")

        long = repeated(options.clip, options.minutes * 60, Path(folder) / "long.mp4")
        samples = memory_of([str(Path(sys.executable).with_name("cot-engine")), "analyze", str(long), "--json"])
        tenth = max(1, len(samples) // 10)
        early, late = statistics.median(samples[tenth : 2 * tenth]), statistics.median(samples[-tenth:])
        print(
            f"{options.minutes:g} min clip, cot-engine analyze: peak {max(samples):.0f} MiB, "
            f"second tenth {early:.0f} MiB, last tenth {late:.0f} MiB"
        )


if __name__ == "__main__":
    main()

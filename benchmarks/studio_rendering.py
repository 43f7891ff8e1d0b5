"""Speed of the studio's renderer on one core, beside the plain loop of its libraries, from one run.

    python benchmarks/studio_rendering.py [--frames 100] [--rounds 3]

The plain loop clears the plotter, adds the deformed head and takes a screenshot. Ours does all that a film needs: facial
actions, normals, mouth, eyes, hair, lights, backdrop, smoothing of edges, blur, noise. Both at 224 px, in alternating rounds.
"""

import argparse
import os
import statistics
import time
from dataclasses import replace

# Before NumPy and Mesa are loaded: what is measured is one core.
os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "LP_NUM_THREADS": "0"})

import numpy as np

from cot_engine.studio.actor import make_actor
from cot_engine.studio.muscles import ACTIONS, action_weights
from cot_engine.studio.plan import ClipPlan, Scene
from cot_engine.studio.render import Studio
from cot_engine.studio.rig import load_rig
from cot_engine.studio.shapes import mesh

_SCENE = Scene((224, 224), 0.0, 0.0, 0.0, 150, light=1, background=2, blur=0.5, noise=3.0, crf=23)


def plain(frames: int) -> float:
    """Frames/s of clear, add mesh, screenshot."""
    import pyvista

    rig, rest = load_rig(), make_actor(1).rest
    plotter = pyvista.Plotter(off_screen=True, window_size=[224, 224])
    smile = list(rig.action_names).index("mouthSmileLeft")
    start = time.perf_counter()
    for k in range(frames):
        plotter.clear_actors()
        plotter.add_mesh(mesh(rest + k / frames * rig.actions[smile], rig.skin), color="tan", smooth_shading=True)
        plotter.screenshot(return_img=True)
    speed = frames / (time.perf_counter() - start)
    plotter.close()
    return speed


def ours(studio: Studio, frames: int) -> float:
    """Frames/s of a film, the making of the actor included."""
    plan = ClipPlan("bench", 1, 1, "none", "free", 25.0, frames, (), (), np.zeros((frames, 3)), replace(_SCENE))
    weights = action_weights({"AU12": np.linspace(0, 5, frames)[:, None].repeat(2, axis=1)})
    assert weights.shape == (frames, len(ACTIONS))
    start = time.perf_counter()
    count = sum(1 for _ in studio.shoot(plan, weights))
    return count / (time.perf_counter() - start)


def main() -> None:
    """Prints medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    studio = Studio()
    ours(studio, 5)
    pairs = [(plain(options.frames), ours(studio, options.frames)) for _ in range(options.rounds)]
    plain_speed, our_speed = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"plain loop {plain_speed:.1f} frames/s, studio {our_speed:.1f} frames/s, ratio {our_speed / plain_speed:.2f}")
    print(f"rounds: {', '.join(f'{a:.1f}/{b:.1f}' for a, b in pairs)}")


if __name__ == "__main__":
    main()

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks/qlora.py"


@pytest.mark.slow
def test_the_small_path_runs_on_a_cpu_and_measures_both_sides():
    run = subprocess.run(
        [sys.executable, str(SCRIPT), "--tiny", "--steps", "2", "--json"], capture_output=True, text=True, check=True
    )
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["tiny"]
    assert all(told[side]["samples_per_s"] > 0 and told[side]["tokens"] > 100 for side in ("ours", "plain"))
    assert told["ratio"] == pytest.approx(told["ours"]["samples_per_s"] / told["plain"]["samples_per_s"])


@pytest.mark.slow
def test_without_a_gpu_it_says_unmeasured():
    run = subprocess.run(
        [sys.executable, str(SCRIPT)], capture_output=True, text=True, check=True, env={"CUDA_VISIBLE_DEVICES": ""}
    )
    assert run.stdout.startswith("unmeasured")

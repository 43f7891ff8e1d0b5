"""The doctor: what is installed, what really works, and what to do about the rest.

A failed probe is a finding, never an exception. Those that load compiled libraries run in a process of their own with a
deadline, because a broken build does not raise, it crashes or hangs.
"""

import importlib.metadata
import multiprocessing
import multiprocessing.connection
import os
import platform
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cot_engine import weights
from cot_engine.errors import Refusal
from cot_engine.probes import MODELS_HINT, Finding, State, decoders, models

if TYPE_CHECKING:
    from rich.console import Console

_DEADLINE_S = 90.0
_RENEW = "Install the pinned versions again in a fresh environment."


def examine() -> list[Finding]:
    """Everything the doctor knows, in the order of a table for people.

    Takes about a second, with the model libraries ten seconds or more.
    """
    findings = [
        finding
        for area, probe in (("machine", _machine), ("package", _packages), ("weights", _weights))
        for finding in _guarded(area, probe)
    ]
    findings += _guarded("decoders", partial(_isolated, "decoders", decoders))
    if _installed("torch"):
        return findings + _guarded("models", partial(_isolated, "models", models))
    detail = "not installed, so no language model can run here"
    return [*findings, Finding(area="models", name="torch", state="missing", detail=detail, hint=MODELS_HINT)]


def render(findings: Sequence[Finding], console: "Console") -> None:
    """Prints the findings as a table."""
    from rich.table import Table
    from rich.text import Text

    colour = {"ok": "green", "missing": "yellow", "broken": "red"}
    table = Table("area", "what", "state", "detail", "what to do")
    for f in findings:
        # Text, not strings: versions and paths may hold what rich takes for markup.
        table.add_row(Text(f.area), Text(f.name), Text(f.state, colour[f.state]), Text(f.detail), Text(f.hint))
    console.print(table)


def _machine() -> list[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = f"{platform.python_version()} on {platform.platform(terse=True)}"
    version = _installed("cot-engine")
    return [
        Finding(area="machine", name="python", state="ok", detail=system),
        Finding(area="machine", name="cores and memory", state="ok", detail=f"{cores} cores, {_memory()}"),
        Finding(
            area="machine",
            name="cot-engine",
            state="ok" if version else "missing",
            detail=version or "not installed, so its requirements are unknown",
            hint="" if version else "pip install -e . in its folder",
        ),
    ]


def _memory() -> str:
    """Main memory, or the share that a container may use; words when the system does not tell."""
    try:
        amounts = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    except (ValueError, OSError, AttributeError):
        return "memory unknown"
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        text = Path(limit).read_text().strip() if Path(limit).is_file() else ""
        amounts += [int(text)] if text.isdigit() else []
    return f"{min(amounts) / 2**30:.1f} GB memory"


def _packages() -> list[Finding]:
    """Every requirement of the project, core ones and those of the extras, against what is installed."""
    from packaging.requirements import Requirement

    findings = []
    for requirement in map(Requirement, _requirements()):
        extra = _extra_of(str(requirement.marker or ""))
        if extra == "dev" or requirement.name == "cot-engine":
            continue
        target = f"'cot-engine[{extra}]'" if extra else "cot-engine"
        version = _installed(requirement.name)
        fits = version is not None and requirement.specifier.contains(version, prereleases=True)
        wanted = f" (needs {requirement.specifier})" if requirement.specifier else ""
        findings.append(
            Finding(
                area=f"package [{extra}]" if extra else "package",
                name=requirement.name,
                state="ok" if fits else "missing" if version is None else "broken",
                detail=(version or "not installed") + ("" if fits else wanted),
                hint="" if fits else f"pip install {target}",
            )
        )
    return findings


def _requirements() -> list[str]:
    try:
        return importlib.metadata.requires("cot-engine") or []
    except importlib.metadata.PackageNotFoundError:
        return []


def _extra_of(marker: str) -> str | None:
    return marker.split("==")[1].strip(" \"'") if marker.startswith("extra ==") else None


def _installed(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _weights() -> list[Finding]:
    findings = []
    names: tuple[weights.Name, ...] = ("face_landmarker", "smollm2")
    for name in names:
        try:
            found = weights.find(name)
            detail = f"{found.path.name} from {found.origin}, SHA-256 {found.sha256[:12]}..."
            findings.append(Finding(area="weights", name=name, state="ok", detail=detail))
        except Refusal as refusal:
            state: State = "missing" if refusal.code == "backend_missing" else "broken"
            findings.append(Finding(area="weights", name=name, state=state, detail=refusal.message, hint=refusal.hint))
    return findings


def _isolated(area: str, probe: Callable[[], list[Finding]]) -> list[Finding]:
    """Runs a probe in a fresh process; a crash, a hang and an exception become a finding."""
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(area, probe, sending), daemon=True)
    process.start()
    sending.close()
    try:
        if not receiving.poll(_DEADLINE_S):
            return [Finding(area=area, name="probe", state="broken", detail=f"no answer in {_DEADLINE_S:.0f} s", hint=_RENEW)]
        answer: list[Finding] = receiving.recv()
        return answer
    except EOFError:
        process.join()
        detail = f"the libraries crashed the process (exit code {process.exitcode})"
        return [Finding(area=area, name="probe", state="broken", detail=detail, hint=_RENEW)]
    finally:
        process.kill()
        process.join()
        receiving.close()


def _guarded(area: str, probe: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return probe()
    except Exception as error:
        # Whatever is wrong with this installation is what the doctor is asked about.
        detail = f"{type(error).__name__}: {error}"[:300]
        return [Finding(area=area, name="probe", state="broken", detail=detail, hint=_RENEW)]


def _answer(area: str, probe: Callable[[], list[Finding]], sending: "multiprocessing.connection.Connection") -> None:
    # Encoders and quantisation kernels write their banners straight to the terminal.
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    sending.send(_guarded(area, probe))

"""Rows of a captioning run made up for tests: random evidence, explained by the codebook and checked."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from faked import random_evidence

from cot_engine.captioning.model import Model
from cot_engine.captioning.rows import Caption, Duplicate, Entry, Reject
from cot_engine.captioning.settings import DATA, complete, config_of, version_of
from cot_engine.captioning.tables import Tables
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.codebook import Codebook
from cot_engine.report import Clip, LabelResult, Person, Report, TraceOut
from cot_engine.report import Model as ReportModel
from cot_engine.verify import verify

BASIC = LABEL_SETS["basic-7"]


@lru_cache(maxsize=1024)
def report(seed: int, answer: str | None = None, words: str | None = None) -> Report:
    """Of one person; ``answer`` overrides the label ("not sure" abstains), ``words`` the observation."""
    evidence = random_evidence(seed)
    explanation = Codebook().explain(evidence, BASIC, 0.45)
    trace = explanation.trace if words is None else explanation.trace.model_copy(update={"observations": (words,)})
    checked = verify(trace.text, evidence)
    best = max(explanation.probabilities, key=explanation.probabilities.get)
    name = answer or (best if explanation.probabilities[best] >= 0.45 else "not sure")
    abstained = name == "not sure"
    label = LabelResult(
        name=None if abstained else name,
        probability=explanation.probabilities[best],
        abstained=abstained,
        threshold=0.45,
        probabilities={one: explanation.probabilities[one] for one in BASIC.names},
    )
    person = Person(
        track=0,
        main=True,
        why="the only one",
        seen_s=((0, 4),),
        baseline="person",
        pose=None,
        quality=None,
        reach=evidence.reach,
        hidden=evidence.hidden,
        talking_s=(),
        events=evidence.events,
        trace=TraceOut.of(trace),
        claims=checked.claims,
        omissions=checked.omissions,
        label=label,
    )
    return Report(
        clip=Clip(path=f"{seed}.mp4", kind="video", duration_s=4, frames=100, fps=25),
        model=ReportModel(name="codebook", labels="basic-7", action_units="test", version="0"),
        warnings=(),
        people=(person,),
    )


def captioned(seed: int, answer: str | None = None, words: str | None = None, **fields) -> Caption:
    made = report(seed, answer, words)
    (person,) = made.people
    return Caption(
        id=f"c{seed}",
        clip=f"{seed:064x}",
        caption=person.trace.text,
        label=person.label.name,
        abstained=person.label.abstained,
        probabilities=person.label.probabilities,
        claims=person.claims,
        omissions=tuple(person.events[i].au for i in person.omissions),
        report_json=made.to_json(),
        **fields,
    )


def rejected(name: str, code: str = "no_face", **fields) -> Reject:
    return Reject(id=name, clip=name, code=code, message="No.", **fields)


def duplicate(name: str, first: str, **fields) -> Duplicate:
    return Duplicate(id=name, clip=first, first=first, **fields)


def finished(out: Path, rows: Sequence[Entry], source: str = "clips") -> dict[str, Any]:
    """A finished run's folder with these rows, without its card; returns the manifest."""
    version = version_of(out, config_of(source, Model("codebook"), BASIC, 0.45), new_version=False)
    with Tables(out / DATA / f"v{version}", BASIC.names) as tables:
        for row in rows:
            tables.add(row)
        counts, hashes = tables.close()
    counts = {
        "in": len(rows),
        "captioned": counts["captions"],
        "rejected": counts["rejects"],
        "duplicates": counts["duplicates"],
    }
    return complete(out, version, counts, {f"{DATA}/v{version}/{name}": said for name, said in hashes.items()})

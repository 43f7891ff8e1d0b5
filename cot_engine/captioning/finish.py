"""From journals to tables: every sample's row, in the order of the input, whoever did it and when."""

from typing import Any

from cot_engine.captioning.card import write_card
from cot_engine.captioning.inputs import source_of
from cot_engine.captioning.plan import Plan
from cot_engine.captioning.rows import Caption, Duplicate, Entry, Reject
from cot_engine.captioning.session import Session
from cot_engine.captioning.settings import DATA, complete
from cot_engine.captioning.tables import Tables
from cot_engine.errors import Refusal


def finish(plan: Plan, version: int, session: Session) -> dict[str, Any]:
    """Makes the tables of the journals, then manifest and card; returns the manifest. One process at a time.

    Raises:
        Refusal: ``unwritable_output``; ``config_mismatch`` when another run has begun a new version meanwhile.
    """
    folder = plan.out / DATA / f"v{version}"
    with Tables(folder, plan.labels.names) as tables:
        for index in range(len(plan.source.samples)):
            tables.add(_row(session, index))
        rows, hashes = tables.close()
    counts = {
        "in": len(plan.source.samples),
        "captioned": rows["captions"],
        "rejected": rows["rejects"],
        "duplicates": rows["duplicates"],
    }
    manifest = complete(plan.out, version, counts, {f"{DATA}/v{version}/{name}": said for name, said in hashes.items()})
    write_card(plan.out, manifest)
    return manifest


def _row(session: Session, index: int) -> Entry:
    plan, sample, content = session.plan, session.plan.source.samples[index], session.contents[index]
    known = plan.labels.find(sample.label) if sample.label is not None else None
    entry = {
        "id": sample.id,
        "clip": "" if isinstance(content, Refusal) else content,
        "given_label": known.name if known else sample.label or sample.raw_label,
        "subject": sample.subject,
        "split": sample.split,
        "source": source_of(sample),
    }
    if isinstance(content, Refusal):
        return Reject(**entry, code=content.code, message=content.message)
    key = session.config.key(content)
    if (first := session.firsts[key]) != index:
        return Duplicate(**entry, first=plan.source.samples[first].id)
    outcome = session.shards.read(key)
    if outcome.report is None:
        return Reject(**entry, code=outcome.code, message=outcome.message)
    (person,) = outcome.report.people
    assert person.trace is not None, "it was explained"
    assert person.label is not None, "a label was asked for"
    return Caption(
        **entry,
        caption=person.trace.text,
        label=person.label.name,
        abstained=person.label.abstained,
        probabilities=person.label.probabilities,
        claims=person.claims,
        omissions=tuple(person.events[i].au for i in person.omissions),
        report_json=outcome.report.model_dump_json(by_alias=True),
    )

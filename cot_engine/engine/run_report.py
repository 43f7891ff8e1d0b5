"""The run report: acceptance by class, retries, cost, why clips were rejected, and where evidence and label disagree."""

import json
from typing import Any

from cot_engine.engine.build import Finished, Plan
from cot_engine.engine.journal import write_atomically
from cot_engine.engine.tally import Tally

# The Markdown report shows this many clips of a list; the JSON file has all of them.
_SHOWN = 50


def write_report(plan: Plan, finished: Finished, total: Tally, splits: dict[str, int]) -> dict[str, Any]:
    """Writes ``<out>/report.json`` and ``<out>/report.md``; returns the former's content."""
    report = {
        "corpus": plan.corpus.name,
        "teacher": plan.teacher.name,
        "counts": finished.counts,
        "splits": splits,
        **total.as_dict(),
        "spent": dict(plan.teacher.spent()),
        "seconds_this_session": {name: round(value, 3) for name, value in vars(finished.seconds).items()},
        "damaged_lines_redone": finished.redone,
    }
    write_atomically(plan.out / "report.json", json.dumps(report, indent=2, ensure_ascii=False).encode() + b"\n")
    write_atomically(plan.out / "report.md", _markdown(report).encode())
    return report


def _markdown(report: dict[str, Any]) -> str:
    counts = report["counts"]
    lines = [
        f"# Traces of {report['corpus']} by {report['teacher']}",
        "",
        f"{counts['in']} samples: {counts['accepted']} accepted, {counts['rejected']} rejected, "
        f"{counts['duplicates']} duplicates.",
        "",
        *_table(
            ("label", "accepted", "rejected", "duplicates", "acceptance"),
            [
                (label, row["accepted"], row["rejected"], row["duplicates"], _percent(row["acceptance"]))
                for label, row in report["acceptance_by_class"].items()
            ],
        ),
        *_counted("Rejected because", report["rejections"]),
        *_counted("Faults in single tries", report["faults_in_tries"]),
        *_counted("Rounds that accepted rows took", report["rounds_of_accepted"]),
        *_counted("Spent", report["spent"]),
        *_counted("Seconds of this session, summed over what ran side by side", report["seconds_this_session"]),
        "## Checks over the accepted observations",
        "",
        f"AU-CHAIR_i {report['au_chair_i']}, coverage of grade C or more {report['coverage_grade_c']} (against the evidence); "
        f"{report['au_chair_i_against_coding']} and {report['coverage_grade_c_against_coding']} against the data set's own "
        "coding; "
        f"label words {report['label_words_in_observations']}, "
        f"distinct paragraphs {report['distinct_observation_paragraphs']}.",
        "",
        *_clips("Evidence and human label disagree", report["disagreements"]),
        *_clips("Copies with another human label", report["duplicates_with_another_label"]),
    ]
    return "\n".join(lines)


def _counted(title: str, counts: dict[str, Any]) -> list[str]:
    return [f"## {title}", "", *(_table(("what", "n"), list(counts.items())) if counts else ["nothing", ""])]


def _clips(title: str, clips: list[dict[str, Any]]) -> list[str]:
    head = [f"## {title}: {len(clips)}", ""]
    if not clips:
        return head
    more = [f"... and {len(clips) - _SHOWN} more in report.json", ""] if len(clips) > _SHOWN else []
    return [*head, *_table(tuple(clips[0]), [tuple(clip.values()) for clip in clips[:_SHOWN]]), *more]


def _table(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[str]:
    cells = [header, ("---",) * len(header), *rows]
    # A name from a data set must not break out of its cell.
    return [f"| {' | '.join(str(cell).replace('|', '/').replace(chr(10), ' ') for cell in row)} |" for row in cells] + [""]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"

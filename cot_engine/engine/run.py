"""From a labelled data set to training data: build the rows, export the accepted ones, describe what was made."""

import importlib.util
from typing import Any

from cot_engine.engine.build import ROWS, Plan, Progress, build
from cot_engine.engine.card import write_card
from cot_engine.engine.croissant import write_croissant
from cot_engine.engine.export import DATASET, export
from cot_engine.engine.journal import Rows
from cot_engine.engine.run_report import write_report
from cot_engine.engine.tally import tally
from cot_engine.errors import Refusal

_NEEDED = ("datasets", "huggingface_hub", "mlcroissant", "pyarrow")


def need_libraries() -> None:
    """Checks that the export can be written, before hours are spent on its rows.

    Raises:
        Refusal: ``backend_missing``, with the command that installs what is missing.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Refusal(
            "backend_missing", f"{', '.join(missing)} must be installed to build traces.", "pip install 'cot-engine[train]'"
        )


def run(plan: Plan, progress: Progress | None = None) -> dict[str, Any]:
    """Makes ``rows.jsonl``, ``dataset/`` (when a row was accepted), ``report.md`` and ``report.json``; returns the report.

    Raises:
        Refusal: as ``build`` and ``export``, and ``backend_missing``.
    """
    need_libraries()
    finished = build(plan, progress)
    total = tally(Rows(plan.out / ROWS), plan.labels)
    splits = export(plan)
    if splits:
        write_card(plan, total, splits, plan.out / DATASET)
        write_croissant(plan, total, splits, plan.out / DATASET)
    return write_report(plan, finished, total, splits)

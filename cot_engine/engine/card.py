"""The data set's card, generated from the run: the headings of Datasheets for Datasets (Gebru et al. 2021), the Hub's YAML."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cot_engine import __version__
from cot_engine.corpora.cards import said_on_card
from cot_engine.engine.build import Plan
from cot_engine.engine.hub_card import write_hub_card
from cot_engine.engine.tally import Tally

_TEMPLATE = Path(__file__).with_name("dataset_card.md.j2")

NOT_TO_BE_SHARED = (
    "Not to be shared: the pictures come from a data set whose terms do not let them be passed on. They are here for training "
    "on this machine only."
)


@dataclass(frozen=True)
class Facts:
    """What card and Croissant file say in the same words."""

    title: str
    description: str
    licence: str
    au_source: str
    pictures: str
    sharing: str


def facts(plan: Plan, total: Tally) -> Facts:
    """Facts of a run for its card and its Croissant file."""
    expert = plan.aus == "expert"
    return Facts(
        title=f"Explanation traces of {plan.corpus.title}",
        description=f"Checked explanations of the expressions in {plan.corpus.title}, written by {plan.teacher.name} from "
        f"{'expert-coded' if expert else 'measured'} action units.",
        licence="Terms of the source bind what is made from it. "
        f"{plan.corpus.title}: {said_on_card(plan.corpus.name, 'Terms')}",
        au_source="; ".join(total.sources) or "none",
        pictures={
            "none": "It holds no pictures: `frames` says which frames of your own copy to look at.",
            "embed": "Pictures of the chosen frames are embedded; the terms of the source allow it.",
            "local": "Pictures of the chosen frames are embedded for local use.",
        }[plan.frames],
        sharing=NOT_TO_BE_SHARED if plan.frames == "local" else "",
    )


def write_card(plan: Plan, total: Tally, splits: Mapping[str, int], folder: Path) -> None:
    """Writes ``<folder>/README.md``."""
    said, counted = facts(plan, total), total.as_dict()
    write_hub_card(
        folder / "README.md",
        _TEMPLATE,
        title=said.title,
        source=plan.corpus.name,
        rows=total.status["accepted"],
        files={"default": {split: f"data/{split}.parquet" for split in splits}},
        sharing=said.sharing,
        corpus=plan.corpus.name,
        corpus_title=plan.corpus.title,
        counts={
            "in": total.rows,
            "accepted": total.status["accepted"],
            "rejected": total.status["rejected"],
            "duplicates": total.status["duplicate"],
        },
        pictures=said.pictures,
        splits=splits,
        by_class=counted["acceptance_by_class"],
        rejections=counted["rejections"],
        rejections_by_class=counted["rejections_by_class"],
        what=said_on_card(plan.corpus.name, "What"),
        au_source=said.au_source,
        teacher=plan.teacher.name,
        rounds=plan.rounds,
        threshold=plan.threshold,
        labels=plan.labels.names,
        chair=_number(counted["au_chair_i"]),
        coverage=_number(counted["coverage_grade_c"]),
        coded_chair=_number(counted["au_chair_i_against_coding"]),
        coded_coverage=_number(counted["coverage_grade_c_against_coding"]),
        label_words=total.label_words,
        distinct=total.distinct,
        made_with=_made_with(plan),
        licence=said.licence,
        config_hash=plan.config.hash,
    )


def _made_with(plan: Plan) -> dict[str, Any]:
    config = plan.config
    return {
        "cot-engine": __version__,
        **{f"version of {name}": value for name, value in config.versions.items() if name != "cot-engine"},
        **{f"prompt {name}": f"`{value}`" for name, value in config.prompts.items()},
        **{f"teacher: {name}": f"`{value}`" for name, value in config.teaching.items()},
    }


def _number(value: float | None) -> str:
    return "not defined (nothing to count)" if value is None else f"{value:.4f}"

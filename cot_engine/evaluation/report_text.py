"""The report in Markdown: verdicts first, then every number with its n and its interval."""

from collections.abc import Mapping
from typing import Any


def number(value: float | None) -> str:
    """A number as every table shows it; what could not be computed is a dash, never 0."""
    return "–" if value is None else f"{value:.3f}"


def with_interval(figure: Mapping[str, Any]) -> str:
    """``"0.412 [0.350, 0.471]"``"""
    if figure["low"] is None:
        return number(figure["value"])
    return f"{number(figure['value'])} [{number(figure['low'])}, {number(figure['high'])}]"


def markdown(document: Mapping[str, Any]) -> str:
    """The whole report as text."""
    about = {"date": document["date"], **document["about"], "labels": ", ".join(document["labels"])}
    lines = ["# Evaluation: does it deserve belief?", "", *(f"- {name}: {value}" for name, value in about.items()), ""]
    lines += [
        f"Brackets are 95 % bootstrap intervals over people ({document['draws']} draws). A dash is a number that cannot be "
        "computed; the note says why. Labels say what a face looked like, never what a person felt.",
        "",
    ]
    for name, model in document["models"].items():
        lines += [
            f"## {name}",
            "",
            f"{model['clips']} clips, {model['with_truth']} with a true label, {model['subjects']} people.",
            "",
        ]
        lines += [f"- {sentence}" for section in model["sections"] for sentence in section["sentences"]]
        lines += ["", *_answers(model)]
        for section in model["sections"]:
            if section["figures"]:
                lines += ["", f"### {section['title']}", "", "| | value [95 %] | n | |", "|---|---|---|---|"]
                lines += [f"| {f['name']} | {with_interval(f)} | {f['n']} | {f['note']} |" for f in section["figures"]]
        lines.append("")
    return "\n".join(lines)


def _answers(model: Mapping[str, Any]) -> list[str]:
    given: dict[str, int] = {name: sum(row.values()) for name, row in model["confusion"].items()}
    names = [*given, *(name for name in model["histogram"] if name not in given)]
    rows = [f"| {name} | {given.get(name, 0)} | {model['histogram'].get(name, 0)} |" for name in names]
    return ["| label | given | answered |", "|---|---|---|", *rows] if rows else []

"""A bench in Markdown: the verdict line by line, then every action unit and every group."""

from collections.abc import Sequence
from typing import Any

from cot_engine.figures.chart import row_order

Data = dict[str, Any]

_RULES = """\
An action unit counts as present in a frame where its intensity is of grade B or more (above 1.0 on the 0-5 scale), in truth and
estimate alike; an estimate without a value counts as "not there". Frames in which its part of the face cannot be seen are not
scored for it. The mean runs over the facial action units that are shown (gaze and head stand apart); one that is never measured
counts as 0. Correlations are taken where both values exist. True onsets come from the true curve by the same rule as measured
ones (crossing 0.5). An invented event lies where there was no such movement; an extra one on a movement below grade B, or
matched already. Intervals: 95 %, bootstrap over subjects."""


def markdown(bench: Data) -> str:
    """The document that ``bench`` returns, for people."""
    names = list(bench["estimators"])
    blocks = [
        f"# Studio bench: {bench['clips']} clips, {bench['subjects']} people",
        _verdicts(bench),
        _overall(bench, names),
        _RULES,
        "## Action units",
        _per_au({name: bench["estimators"][name]["per_au"] for name in names}),
        "## Gaze and head",
        _per_au(bench["gaze_and_head"]),
        *(part for name in bench["estimators"][names[0]]["groups"] for part in _grouping(bench, names, name)),
        f"Versions: {', '.join(f'{k} {v}' for k, v in bench['versions'].items())}; perception {bench['perception']}; "
        f"bootstrap seed {bench['seed']}, {bench['draws']} draws.",
    ]
    return "\n\n".join(blocks) + "\n"


def verdict_lines(bench: Data) -> list[str]:
    """One line a threshold: ``pass`` or ``FAIL``, what was measured and what was needed."""
    return [
        f"{'pass' if check['passed'] else 'FAIL'}  {check['what']}: {_number(check['measured'])} (needed {check['needed']})"
        for check in bench["checks"]
    ]


def _verdicts(bench: Data) -> str:
    return "\n".join(f"- {line}" for line in verdict_lines(bench))


def _overall(bench: Data, names: Sequence[str]) -> str:
    each = [bench["estimators"][name] for name in names]
    rows = [
        ("macro F1", [_with_range(e["macro_f1"], "AUs") for e in each]),
        ("mean PCC", [_with_range(e["mean_pearson"], "AUs") for e in each]),
        ("mean ICC(3,1)", [_with_range(e["mean_icc31"], "AUs") for e in each]),
        *(
            (f"{border} error, median ms", [_with_range(e["events"][border]["median_abs_ms"], "events", 0) for e in each])
            for border in ("onset", "apex", "offset")
        ),
        ("onset bias, mean ms", [_number(e["events"]["onset"]["mean_ms"], 0) for e in each]),
        ("events found of true", [f"{e['events']['found']} of {e['events']['true']}" for e in each]),
        ("events invented / extra", [f"{e['events']['invented']} / {e['events']['extra']}" for e in each]),
        ("left/right confusion", [_with_range(e["left_right_confusion"]["share"], "events") for e in each]),
        ("both-or-one confusion", [_with_range(e["both_or_one_confusion"]["share"], "events") for e in each]),
        ("frames without a face", [f"{e['frames']['no_face']} of {e['frames']['all']}" for e in each]),
    ]
    table = _table(["", *names], [[title, *cells] for title, cells in rows])
    if bench["difference"] is None:
        return table
    return f"{table}\n\nMacro F1 of {names[0]} minus {names[1]}, on the same draws: {_with_range(bench['difference'], 'AUs')}."


def _per_au(estimators: dict[str, Data]) -> str:
    header = ["AU", "name", "frames", "not scored"]
    header += [f"{what}, {name}" for name in estimators for what in ("F1", "P", "R", "PCC", "ICC", "MAE", "onset ms")]
    first = next(iter(estimators.values()))
    lines = []
    for au in sorted(first, key=row_order):
        frames = first[au]["frames"]
        line = [au, first[au]["name"], f"{frames['present']} of {frames['scored']}", str(frames["hidden"])]
        for rows in estimators.values():
            row = rows[au]
            values = (row["f1"]["value"], row["precision"], row["recall"], row["pearson"], row["icc31"], row["mae"])
            onset = row["events"]["onset"]["median_abs_ms"]
            line += [_number(v) for v in values] + [f"{_number(onset['value'], 0)} ({onset['n']})"]
        lines.append(line)
    return _table(header, lines)


def _grouping(bench: Data, names: Sequence[str], grouping: str) -> list[str]:
    data = [bench["estimators"][name]["groups"][grouping] for name in names]
    header = [grouping, "clips", "people", *(f"macro F1, {name}" for name in names)]
    header += [
        f"PCC, {names[0]}",
        f"ICC, {names[0]}",
        f"onset ms, {names[0]}",
        f"apex ms, {names[0]}",
        f"left/right wrong, {names[0]}",
    ]
    lines = []
    for value, ours in data[0]["values"].items():
        marks = "" if ours["claimed"] else " (too few)"
        line = [value + marks, str(ours["clips"]), str(ours["subjects"])]
        line += [_with_range(d["values"][value]["macro_f1"], "AUs") for d in data]
        line += [_number(ours[key]["value"]) for key in ("mean_pearson", "mean_icc31")]
        line += [f"{_number((m := ours[b]['median_abs_ms'])['value'], 0)} ({m['n']})" for b in ("onset", "apex")]
        line.append(f"{ours['left_right_confusion']['wrong']} of {ours['left_right_confusion']['share']['n']}")
        lines.append(line)
    spreads = [f"{name} {_with_range(d['spread'], 'groups')}" for name, d in zip(names, data, strict=True) if d["spread"]]
    parts = [f"## By {grouping}", _table(header, lines)]
    return [*parts, f"Largest minus smallest: {'; '.join(spreads)}."] if spreads else parts


def _with_range(interval: Data, unit: str, digits: int = 3) -> str:
    text = _number(interval["value"], digits)
    if interval["low"] is not None:
        text += f" [{_number(interval['low'], digits)}, {_number(interval['high'], digits)}]"
    return f"{text} (n = {interval['n']} {unit})"


def _number(number: float | None, digits: int = 3) -> str:
    if number is None:
        return "none"
    return str(number) if isinstance(number, int) else f"{number:.{digits}f}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)

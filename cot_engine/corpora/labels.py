"""Label names: every spelling a dataset uses becomes one name, always by name and never by an index alone."""

from functools import lru_cache

from cot_engine.facs import LABEL_SETS

# Bins of micro-expression sets that are no expression of the FACS label sets.
_BINS = {"repression": "repression", "others": "others", "other": "others"}


@lru_cache(maxsize=4096)
def canonical(name: str) -> str | None:
    """``"Happy"``, ``"joy"`` -> ``"happiness"``; None when no label set knows the name."""
    for label_set in LABEL_SETS.values():
        if label := label_set.find(name):
            return label.name
    return _BINS.get(name.strip().casefold())


def by_name(raw: str, labels: tuple[str, ...]) -> str | None:
    """The label called ``raw``, or None when it is none of ``labels``."""
    name = canonical(raw)
    return name if name in labels else None


def by_index(raw: str, labels: tuple[str, ...], first: int) -> str | None:
    """The label numbered ``raw`` when counting starts at ``first``, or None when there is no such number."""
    if not raw.isdecimal() or not 0 <= int(raw) - first < len(labels):
        return None
    return labels[int(raw) - first]


def whole(raw: str) -> str:
    """``"5.0"``, ``"3.0000000e+00"`` -> ``"5"``, ``"3"``; anything that is no whole number comes back stripped."""
    text = raw.strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else text

from typing import get_args

import pytest

from cot_engine.facs import Region
from cot_engine.figures.palette import DARK, LIGHT, REGIONS, VERDICTS
from cot_engine.report import Verdict


def luminance(colour: str) -> float:
    # Relative luminance, WCAG 2.2.
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_is_readable(scheme):
    for role in ("ink", "muted", "accent", *VERDICTS, *REGIONS):
        assert contrast(scheme[role], scheme["paper"]) >= 4.5, role
    assert contrast(scheme["muted"], scheme["panel"]) >= 4.5
    for verdict in VERDICTS:
        assert contrast(scheme["ink"], scheme[f"{verdict}-tint"]) >= 7


def test_a_light_colour_names_one_role():
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert LIGHT.keys() == DARK.keys()


def test_every_region_and_verdict_has_its_colour():
    assert set(REGIONS) == set(get_args(Region))
    assert set(VERDICTS) == set(get_args(Verdict))
    assert {*REGIONS, *VERDICTS} <= LIGHT.keys()

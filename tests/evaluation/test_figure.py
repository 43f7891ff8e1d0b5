import math

import pytest
from pydantic import ValidationError

from cot_engine.evaluation.bootstrap import Interval
from cot_engine.evaluation.figure import Figure, Section


def test_what_is_not_defined_becomes_none() -> None:
    figure = Figure.of("F1", Interval(math.nan, math.nan, math.nan, 0), "nothing was shown")
    assert (figure.value, figure.low, figure.high, figure.n, figure.note) == (None, None, None, 0, "nothing was shown")


def test_a_value_keeps_its_interval() -> None:
    figure = Figure.of("F1", Interval(0.5, 0.4, 0.6, 30))
    assert (figure.value, figure.low, figure.high, figure.n) == (0.5, 0.4, 0.6, 30)


def test_a_section_finds_its_figures_by_name() -> None:
    section = Section(title="labels", figures=(Figure(name="UAR", value=0.2, n=3),))
    assert section.figure("UAR").value == 0.2
    with pytest.raises(KeyError, match="WAR"):
        section.figure("WAR")


def test_a_section_survives_json_and_cannot_be_changed() -> None:
    section = Section(title="labels", figures=(Figure(name="UAR", value=0.2, n=3),), sentences=("Collapsed.",))
    assert Section.model_validate_json(section.model_dump_json()) == section
    with pytest.raises(ValidationError):
        section.title = "other"  # type: ignore[misc]

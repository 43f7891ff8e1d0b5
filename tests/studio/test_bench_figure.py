import copy

import pytest
from studio_set import reader, two_people

from cot_engine.studio.bench import score
from cot_engine.studio.bench_figure import bench_figure
from cot_engine.studio.held_out import held_out


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    clips = held_out(two_people(tmp_path_factory.mktemp("set") / "set"))
    return score([clip.truth for clip in clips], {clip.truth.clip: reader(clip.path) for clip in clips})


def words(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_every_shown_au_has_a_bar_an_estimator_as_long_as_its_f1(document):
    bars = sorted(bar.get_width() for bar in bench_figure(document).axes[0].patches)
    assert bars == [0, 1, 1, 1]


def test_an_au_that_is_not_measured_says_so(document):
    assert words(bench_figure(document)).count("not measured") == 1


def test_aus_that_are_never_shown_are_not_drawn(document):
    said = words(bench_figure(document))
    assert "AU12" in said
    assert "AU43" not in said


def test_every_group_is_named_with_its_clips(document):
    said = words(bench_figure(document))
    for name in ("skin tone", "light", "dark", "pose", "0-15°"):
        assert name in said


def test_a_run_in_which_nothing_was_found_can_be_drawn(document):
    empty = copy.deepcopy(document)
    nothing = {"value": None, "low": None, "high": None, "n": 0}
    for estimator in empty["estimators"].values():
        estimator["macro_f1"] = nothing
        for row in estimator["per_au"].values():
            row["f1"], row["shown"] = nothing, False
        for grouping in estimator["groups"].values():
            for group in grouping["values"].values():
                group["macro_f1"] = nothing
    assert not bench_figure(empty).axes[0].patches


def test_no_text_leaves_the_figure(document):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = bench_figure(document)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    for text in (*figure.texts, *(text for axes in figure.axes for text in (*axes.texts, axes.title))):
        box = text.get_window_extent(canvas.get_renderer())
        assert box.x0 >= 0
        assert box.x1 <= width
        assert box.y0 >= 0
        assert box.y1 <= height

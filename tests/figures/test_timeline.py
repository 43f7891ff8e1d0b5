import numpy as np

from cot_engine.action_units.series import Timeline
from cot_engine.figures import timeline_figure
from cot_engine.figures.timeline import is_still, legend, not_seen


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_each_unit_has_a_row_with_code_and_name_from_the_brows_down(smile):
    report, pictures = smile
    shown = texts(timeline_figure(report.people[0], pictures[0].timeline, 3.0))
    assert [t for t in shown if t.startswith("AU")] == ["AU6", "AU12", "AU14", "AU25"]
    assert "lip corner puller" in shown


def test_apexes_carry_their_grade_and_one_sided_rows_their_sides(smile):
    report, pictures = smile
    shown = texts(timeline_figure(report.people[0], pictures[0].timeline, 3.0))
    assert sorted(t for t in shown if t in "ABCDE") == ["B", "C", "C", "D"]
    assert shown.count("5 left") == shown.count("5 right") == 1


def test_talking_hidden_and_unseen_stretches_are_labelled(smile):
    report, pictures = smile
    shown = texts(timeline_figure(report.people[0], pictures[0].timeline, 3.0))
    assert shown[-3:] != []
    assert {"talking", "mouth, chin hidden", "face not seen"} <= set(shown)


def test_crowded_apexes_keep_only_the_strongest_letter(still_face):
    from cot_engine.evidence import Event

    events = tuple(
        Event(au="AU45", side="both", onset_s=t, apex_s=t, offset_s=t + 0.01, intensity=1 + 3.5 * (t == 1.02))
        for t in (1.0, 1.02, 1.04)
    )
    person = still_face[0].people[0].model_copy(update={"events": events})
    assert [t for t in texts(timeline_figure(person, None, 3.0)) if t in "ABCDE"] == ["E"]


def test_a_still_image_shows_strengths_and_no_time(five):
    report, _ = five
    person = report.people[1]
    figure = timeline_figure(person, None, 0.0)
    assert figure.axes[0].get_xlabel() == ""
    assert [bar.get_width() for bar in figure.axes[0].patches] == [2.4, 1.1, person.events[0].intensity]
    assert is_still(Timeline(np.zeros(2), {}), 0.04)


def test_the_last_frame_lasts_until_the_end_and_real_gaps_are_found(smile):
    person = smile[0].people[0]
    assert not_seen(person.model_copy(update={"seen_s": ((0.0, 2.97),)}), 3.0) == []
    gaps = not_seen(person.model_copy(update={"seen_s": ((0.5, 1.0), (1.2, 2.0))}), 3.0)
    assert gaps == [(0.0, 0.5), (1.0, 1.2), (2.0, 3.0)]
    assert not_seen(person.model_copy(update={"seen_s": ()}), 3.0) == [(0.0, 3.0)]


def test_the_legend_explains_only_what_is_shown(smile, still_face):
    full = legend(smile[0].people[0], smile[1][0].timeline, 3.0)
    assert "Shaded" in full
    assert "Crossed" in full
    assert "Hatched" in full
    assert "Dashed" not in full
    assert "Dashed" in legend(smile[0].people[0], None, 3.0)
    assert legend(still_face[0].people[0], None, 3.0) == "No event was measured."


def test_no_event_at_all_still_gives_a_figure(still_face):
    assert texts(timeline_figure(still_face[0].people[0], None, 3.0)) == ["no event"]
    assert texts(timeline_figure(still_face[0].people[0], None, 0.0)) == ["no event"]


def test_figures_leave_no_pyplot_state_behind(smile):
    import matplotlib.pyplot as plt

    timeline_figure(smile[0].people[0], smile[1][0].timeline, 3.0)
    assert plt.get_fignums() == []

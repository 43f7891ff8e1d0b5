import pytest

from cot_engine.faces.main_person import Presence, choose_main


def test_one_person_is_the_main_one():
    main, why = choose_main({3: Presence(1.0, 0.4, 0.1)})
    assert main == 3
    assert why[3].startswith("the only person in view")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (Presence(1.0, 0.2, 0.1), "smaller"),
        (Presence(0.2, 0.4, 0.1), "seen for less time"),
        (Presence(1.0, 0.4, 0.9), "farther from the middle"),
    ],
)
def test_the_reason_names_what_the_other_person_lacks(other, reason):
    main, why = choose_main({0: other, 1: Presence(1.0, 0.4, 0.1)})
    assert main == 1
    assert f"not the main person: {reason}" in why[0]
    assert why[1].startswith("the main person of 2")

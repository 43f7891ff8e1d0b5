"""Where a draft goes on after what a model has written."""

from cot_engine.reasoners.drafting import continuation

DRAFT = list("AU4: brows lowered. AU12: corners up. AU25: lips part.")


def goes_on(written):
    return "".join(continuation(list(written), DRAFT))


def test_as_long_as_it_is_followed_all_the_rest_is_offered():
    assert goes_on("") == "".join(DRAFT)
    assert goes_on("AU4: brows") == " lowered. AU12: corners up. AU25: lips part."
    assert goes_on("".join(DRAFT)) == ""


def test_after_another_turn_it_goes_on_behind_the_words_that_are_the_same_again():
    assert goes_on("AU4: brows raised. AU12: ") == "corners up. AU25: lips part."
    assert goes_on("AU4: brows lowered. AU25: ") == "lips part."


def test_of_two_places_that_look_alike_the_nearer_is_taken():
    # ". AU" stands twice; the words before it are another's.
    assert goes_on("AU4: brows raised, strongly. AU").startswith("12")
    assert goes_on("AU4: brows raised. AU12: corners pulled, up?. AU").startswith("25")


def test_words_that_do_not_stand_in_it_get_no_candidate():
    assert goes_on("AU4: brows raised") == ""
    assert goes_on("The nose is wrinkled") == ""
    assert "".join(continuation(list("anything"), [])) == ""


def test_no_more_is_offered_than_is_cheap_to_check():
    draft = list("abc" + "x" * 200)
    assert 0 < len(continuation(list("?abc"), draft)) < 100

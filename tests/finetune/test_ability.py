import pytest
import tiny_families
import torch
from ability import compared, questions, right_answers
from transformers import AutoModelForImageTextToText, AutoProcessor


def test_there_are_a_dozen_questions_half_of_them_with_a_picture():
    asked = questions()
    assert len(asked) == 12
    assert sum(question.picture is not None for question in asked) == 6
    assert all(len(set(question.choices)) == len(question.choices) >= 2 for question in asked)


def test_what_was_lost_is_told():
    assert compared([True, True, False], [True, False, True]) == (
        "General questions: 2 of 3 right before training, 2 after; 1 of the 2 kept."
    )


@pytest.mark.parametrize("family", tiny_families.FAMILIES)
def test_every_family_can_be_asked(family, tiny):
    model, processor = AutoModelForImageTextToText.from_pretrained(tiny(family)), AutoProcessor.from_pretrained(tiny(family))
    assert len(right_answers(model, processor)) == 12


def test_a_model_that_knows_an_answer_is_found_right(tiny):
    """Biased towards the letters of the right answers, a random model gets more of them right than the other way round."""
    model, processor = (
        AutoModelForImageTextToText.from_pretrained(tiny("qwen3_vl")),
        AutoProcessor.from_pretrained(tiny("qwen3_vl")),
    )
    letter = processor.tokenizer.convert_tokens_to_ids("5")
    model.lm_head.bias = torch.nn.Parameter(torch.zeros(model.lm_head.out_features, dtype=model.dtype))
    place = next(i for i, question in enumerate(questions()) if question.choices[0] == "5")
    for bias, right in ((50.0, True), (-50.0, False)):
        model.lm_head.bias.data[letter] = bias
        assert right_answers(model, processor)[place] is right

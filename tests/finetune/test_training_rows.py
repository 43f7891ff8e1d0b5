import pytest
from training_rows import frames_of, held_out, load, prompts, supervised

from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS

LABELS = LABEL_SETS["basic-7"]


@pytest.fixture(scope="module")
def splits(dataset):
    return load(dataset)


def text_of(message):
    return message["content"][-1]["text"]


def pictures_of(row):
    return sum(part["type"] == "image" for part in row["messages"][0]["content"])


def test_rows_hold_messages_and_images_and_nothing_else(splits):
    rows = supervised(splits["train"], LABELS)
    assert rows.column_names == ["messages", "images"]
    assert len(rows) == len(splits["train"])
    assert all(len(row["images"]) == pictures_of(row) == 2 for row in rows)
    assert [row["messages"] for row in rows] == [row["messages"] for row in splits["train"]]


def test_the_share_without_evidence_lines_loses_them_and_keeps_its_pictures_and_its_answer(splits):
    rows = supervised(splits["train"], LABELS, without_evidence=1.0)
    assert all("Measured by" not in text_of(row["messages"][0]) and len(row["images"]) == 2 for row in rows)
    assert [text_of(row["messages"][1]) for row in rows] == [text_of(row["messages"][1]) for row in splits["train"]]
    some = [
        "Measured by" not in text_of(row["messages"][0])
        for row in supervised(splits["train"], LABELS, without_evidence=0.5, seed=1)
    ]
    assert any(some)
    assert not all(some)


def test_without_pictures_the_evidence_lines_stay_because_nothing_else_is_there(splits):
    def bare(row):
        task, *_, measured = row["messages"][0]["content"]
        parts = [task, measured]
        return {"messages": [{"role": "user", "content": parts}, row["messages"][1]], "images": []}

    rows = supervised(splits["train"].map(bare), LABELS, without_evidence=1.0)
    assert all("Measured by" in text_of(row["messages"][0]) for row in rows)


def test_label_only_rows_ask_for_the_label_and_are_answered_with_it(splits):
    rows = supervised(splits["train"], LABELS, label_only=1.0)
    assert [text_of(row["messages"][1]) for row in rows] == splits["train"]["label"]
    assert all("nothing else" in row["messages"][0]["content"][0]["text"] for row in rows)


def test_conclusion_only_rows_give_the_explanation_and_leave_the_label_to_be_learned(splits):
    for row, told in zip(supervised(splits["train"], LABELS, conclusion_only=1.0), splits["train"], strict=True):
        given, learned = (part["text"] for part in row["messages"][1]["content"])
        assert given + learned == text_of(told["messages"][1])
        assert learned == told["label"]
        assert given.endswith("Conclusion\n")


def test_the_choice_is_the_same_for_the_same_seed(splits):
    def made(seed):
        return [row["messages"] for row in supervised(splits["train"], LABELS, without_evidence=0.5, label_only=0.5, seed=seed)]

    assert made(3) == made(3)
    assert made(3) != made(4)


def test_rows_written_with_another_prompt_are_refused(splits):
    with pytest.raises(Refusal, match="not the one that is written today"):
        supervised(splits["train"], LABEL_SETS["mafw-11"])


def test_prompts_of_grpo_hold_the_question_and_what_the_rewards_need(splits):
    rows = prompts(splits["train"], LABELS)
    assert set(rows.column_names) == {"prompt", "images", "evidence", "label"}
    assert [message["role"] for message in rows[0]["prompt"]] == ["user"]


def test_held_out_is_the_test_part(splits):
    people = set(splits["train"]["subject"])
    assert not people & set(held_out(splits)["subject"])
    assert [frame.role for frame in frames_of(splits["test"][0])] == ["rest", "apex"]


def test_a_folder_without_a_data_set_is_refused(tmp_path):
    with pytest.raises(Refusal, match="no data set"):
        load(str(tmp_path))

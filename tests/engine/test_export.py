import json
from dataclasses import replace

import pytest

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.engine import run as module
from cot_engine.engine.build import ROWS
from cot_engine.engine.journal import Rows
from cot_engine.engine.run import run
from cot_engine.errors import Refusal
from cot_engine.trace import parse_trace

# They belong to the extra "train".
mlcroissant = pytest.importorskip("mlcroissant")
DatasetCard = pytest.importorskip("huggingface_hub").DatasetCard
pytest.importorskip("datasets")

HEADINGS = (
    "Motivation",
    "Composition",
    "Collection process",
    "Preprocessing, cleaning and labelling",
    "Uses",
    "Distribution",
    "Maintenance",
)


@pytest.fixture
def pictured(planned, real_clip):
    """A plan over four expert-coded real pictures of one face, each with a byte of its own behind it."""
    plan = planned(1, frames="embed")
    lines = ["clip,id,label,subject,aus"]
    picture = real_clip("single_face.jpg").read_bytes()
    for n in range(4):
        (plan.root / f"p{n}.jpg").write_bytes(picture + bytes([n]))
        lines.append(f"p{n}.jpg,p{n},happiness,same,6C+12D")
    (plan.root / "table.csv").write_text("\n".join(lines) + "\n")
    return plan


def loaded(plan, tmp_path):
    from datasets import load_dataset

    return load_dataset(str(plan.out / "dataset"), cache_dir=str(tmp_path / "cache"))


def test_the_export_is_read_by_load_dataset_with_all_accepted_rows_and_no_others(planned, tmp_path):
    plan = planned(30)
    report = run(plan)
    data = loaded(plan, tmp_path)
    ids = {row["id"] for split in data.values() for row in split}
    assert ids == {row.id for row in Rows(plan.out / ROWS) if row.status == "accepted"}
    assert {name: len(split) for name, split in data.items()} == report["splits"]


def test_a_person_is_in_one_split_of_the_export(planned, tmp_path):
    plan = planned(40)
    run(plan)
    people = [{row["subject"] for row in split} for split in loaded(plan, tmp_path).values()]
    assert sum(map(len, people)) == len(set().union(*people))


def test_the_answer_of_a_row_is_its_accepted_trace_and_the_label_is_its_conclusion(planned, tmp_path):
    plan = planned(10)
    run(plan)
    traces = {row.id: row.trace for row in Rows(plan.out / ROWS) if row.trace}
    for split in loaded(plan, tmp_path).values():
        for row in split:
            assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
            trace = parse_trace(row["messages"][1]["content"][0]["text"])
            assert trace == traces[row["id"]]
            assert trace.conclusion == row["label"]


def test_pictures_travel_inside_and_beside_the_messages(pictured, tmp_path):
    run(pictured)
    (split,) = loaded(pictured, tmp_path).values()
    for row in split:
        parts = [part["type"] for part in row["messages"][0]["content"]]
        assert parts.count("image") == len(row["images"]) == 1
        assert row["images"][0].size[0] > 100
    lines = [json.loads(line) for file in (pictured.out / "dataset/jsonl").iterdir() for line in file.open()]
    assert len(lines) == len(split)
    assert all((pictured.out / "dataset" / path).stat().st_size > 1000 for line in lines for path in line["images"])


def test_without_pictures_there_is_no_image_part_and_no_frame_anywhere(pictured, tmp_path):
    plan = replace(pictured, frames="none")
    run(plan)
    (split,) = loaded(plan, tmp_path).values()
    assert split[0]["images"] == []
    assert "image" not in {part["type"] for part in split[0]["messages"][0]["content"]}
    assert split[0]["frames"]
    assert not [path for path in plan.out.rglob("*") if path.suffix == ".jpg"]


def test_the_card_has_the_seven_headings_and_the_numbers_of_the_run(planned):
    plan = planned(30)
    report = run(plan)
    card = DatasetCard.load(plan.out / "dataset" / "README.md")
    assert card.data.license == "other"
    assert card.data.annotations_creators == "machine-generated"
    assert [split["split"] for split in card.data.to_dict()["configs"][0]["data_files"]] == list(report["splits"])
    assert [line.removeprefix("## ") for line in card.text.splitlines() if line.startswith("## ")] == list(HEADINGS)
    for said in (plan.config.hash, *plan.config.prompts.values(), "expert coding, csv", "`label_disagrees` | 1"):
        assert said in card.text
    assert f"{report['accepted']} rows" in card.text
    assert "Not to be shared" not in card.text


def test_pictures_of_a_request_only_set_make_the_card_say_so(pictured):
    plan = replace(pictured, corpus=replace(CORPORA["csv"], shareable=False), frames="local")
    run(plan)
    assert "Not to be shared" in (plan.out / "dataset/README.md").read_text()
    assert "Not to be shared" in (plan.out / "dataset/croissant.json").read_text()


def test_the_croissant_file_is_valid_and_names_the_files_by_their_hash(planned):
    plan = planned(12)
    report = run(plan)
    path = plan.out / "dataset" / "croissant.json"
    read = mlcroissant.Dataset(jsonld=json.loads(path.read_text()))
    assert not read.metadata.ctx.issues.errors
    assert {record.name for record in read.metadata.record_sets} == set(report["splits"])
    assert read.metadata.personal_sensitive_information
    assert read.metadata.machine_annotation_tools


def test_a_run_without_an_accepted_row_has_a_report_and_no_data_set(planned):
    plan = planned(2)
    (plan.root / "table.csv").write_text("clip,id,label,aus\n0.bin,a,boredom,12C\n")
    report = run(plan)
    assert report["rejections"] == {"label_outside_set": 1}
    assert not (plan.out / "dataset").exists()
    assert "label_outside_set" in (plan.out / "report.md").read_text()


def test_the_report_lists_where_evidence_and_label_disagree(planned):
    plan = planned(6)
    report = run(plan)
    (clip,) = report["disagreements"]
    assert (clip["id"], clip["label"], clip["evidence"]) == ("c5", "happiness", "anger")
    assert "c5" in (plan.out / "report.md").read_text()
    assert report["au_chair_i"] == 0
    assert report["coverage_grade_c"] == 1
    assert report["label_words_in_observations"] == 0
    assert report["distinct_observation_paragraphs"] == report["accepted"]


def test_missing_libraries_are_named_before_anything_is_made(planned, monkeypatch):
    monkeypatch.setattr(module, "_NEEDED", ("datasets", "no_such_library"))
    plan = planned(2)
    with pytest.raises(Refusal) as refused:
        run(plan)
    assert refused.value.code == "backend_missing"
    assert "no_such_library" in refused.value.message
    assert not plan.out.exists()


def test_a_batch_of_the_sft_trainer_holds_pixels_and_its_labels_are_the_answer(pictured, tmp_path):
    trl = pytest.importorskip("trl")
    import tiny_vlm

    run(pictured)
    (split,) = loaded(pictured, tmp_path).values()
    processor = tiny_vlm.processor()
    settings = trl.SFTConfig(
        output_dir=str(tmp_path / "sft"), max_length=None, assistant_only_loss=True, report_to=[], use_cpu=True,
        per_device_train_batch_size=2, bf16=False,
    )  # fmt: skip
    trainer = trl.SFTTrainer(
        tiny_vlm.model(processor.tokenizer), args=settings, train_dataset=split, processing_class=processor
    )
    batch = next(iter(trainer.get_train_dataloader()))
    assert batch["pixel_values"].abs().sum() > 0
    answers = {row["messages"][1]["content"][0]["text"] for row in split}
    for labels in batch["labels"]:
        told = processor.tokenizer.decode(labels[labels != -100])
        assert told.replace("<|im_end|>", "").strip() in answers

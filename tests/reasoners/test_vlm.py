"""The reasoner that reads evidence, looks and writes, on tiny random models of every family."""

import importlib.util
import io
import json

import pytest
from faked import event, evidence
from PIL import Image

from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS
from cot_engine.frame_choice import ChosenFrame, Picture
from cot_engine.reasoners.codebook import NOT_SURE
from cot_engine.reasoners.named import reasoner_named
from cot_engine.reasoners.side_by_side import answers
from cot_engine.reasoners.vlm import Settings, Vlm, tempered
from cot_engine.trace import Trace

pytestmark = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("torch", "transformers", "peft", "accelerate"))), reason="the extra 'models'"
)

BASIC = LABEL_SETS["basic-7"]
SMILE = evidence(event("AU12"), event("AU6"))
SAID = Trace(observations=("Both lip corners are drawn up (AU12).",), interpretation="A smile.", conclusion="")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    import tiny_families

    made = {}

    def of(family):
        if family not in made:
            made[family] = tiny_families.save(family, tmp_path_factory.mktemp(family))
        return made[family]

    return of


@pytest.fixture(scope="module")
def vlm(checkpoint):
    return reasoner_named(checkpoint("smolvlm"))


@pytest.fixture(autouse=True)
def short(monkeypatch):
    # Random weights never end an answer by themselves.
    monkeypatch.setattr("cot_engine.reasoners.vlm.MOST_TOKENS", 40)


def shown(colour):
    file = io.BytesIO()
    Image.new("RGB", (60, 56), colour).save(file, "JPEG")
    return Picture(ChosenFrame(0, 1.2, "apex", 0), file.getvalue())


@pytest.fixture
def keen(checkpoint):
    """A model of a family whose words depend strongly on what it reads, where small random weights always say the same."""

    def of(family):
        analyst = reasoner_named(checkpoint(family))
        analyst.model = analyst.model.float()
        for weights in analyst.model.parameters():
            if weights.ndim > 1:
                weights.data *= 8
        return analyst

    return of


@pytest.mark.parametrize("family", ["smolvlm", "qwen2_5_vl", "qwen3_vl", "internvl"])
def test_side_by_side_each_is_answered_as_alone(keen, family):
    import torch

    analyst = keen(family)
    # Pictures of other numbers and colours under the same tokens, and measurements of other lengths.
    frown = evidence(event("AU4"), event("AU7"), event("AU9"), event("AU10"))
    seen = [(SMILE, [shown("red")]), (SMILE, [shown("blue"), shown("green")]), (frown, [shown("green"), shown("red")])]
    asked = analyst.side_by_side(seen, BASIC)
    together = [answer.tolist() for answer in answers(analyst.model, asked, 30)]
    for answer, (measured, pictures) in zip(together, seen, strict=True):
        inputs = analyst.inputs(measured, BASIC, pictures)
        with torch.inference_mode():
            alone = analyst.model.generate(**inputs, max_new_tokens=30, do_sample=False)[0, inputs["input_ids"].shape[1] :]
        assert answer[: len(alone)] == alone.tolist()
    assert len(set(map(tuple, together))) == len(seen)


def test_a_batch_is_explained_as_one_by_one(vlm, monkeypatch):
    # As on an accelerator.
    monkeypatch.setattr(type(vlm), "batch", 8)
    seen = [(SMILE, [shown("red")]), (evidence(event("AU4")), ())]
    together = vlm.explain_all(seen, BASIC, 0.3)
    alone = [vlm.explain(measured, BASIC, 0.3, pictures) for measured, pictures in seen]
    assert [one.trace for one in together] == [one.trace for one in alone]
    for one, other in zip(together, alone, strict=True):
        assert one.probabilities == pytest.approx(other.probabilities, abs=0.02)


def test_what_questions_begin_with_alike_is_read_once(vlm, monkeypatch):
    import torch

    read = []
    monkeypatch.setattr(
        vlm.model.model.text_model.embed_tokens,
        "forward",
        lambda ids, real=vlm.model.model.text_model.embed_tokens.forward: (read.append(tuple(ids.shape)), real(ids))[1],
    )
    asked = vlm.inputs(SMILE, BASIC)
    batch = {name: torch.cat([value, value]) for name, value in asked.items()}
    answers(vlm.model, batch, 2)
    length = asked["input_ids"].shape[1]
    assert read[:2] == [(1, length - 1), (2, 1)]


@pytest.mark.parametrize("family", ["smolvlm", "qwen2_5_vl", "qwen3_vl", "internvl"])
def test_the_task_is_read_once_for_all_clips_and_the_words_stay_the_same(keen, family, monkeypatch):
    analyst, read = keen(family), []
    words = analyst.model.get_input_embeddings()
    monkeypatch.setattr(words, "forward", lambda ids, real=words.forward: (read.append(ids.shape[1]), real(ids))[1])

    def told(measured, colour):
        read.clear()
        return analyst.explain(measured, BASIC, 0.3, [shown(colour)]).trace

    smile, after_smile = told(SMILE, "red"), told(evidence(event("AU4"), event("AU7")), "blue")
    task, length = len(analyst._task.ids), analyst.inputs(SMILE, BASIC)["input_ids"].shape[1]
    assert task > 0.2 * length
    assert task not in read
    assert told(SMILE, "red") == smile != after_smile
    monkeypatch.setattr(analyst, "_read_task", lambda *_: None)
    analyst._task = None
    assert told(SMILE, "red") == smile


def test_other_labels_are_another_task(vlm):
    vlm.explain(SMILE, BASIC, 0.3)
    basic = vlm._task
    vlm.explain(SMILE, LABEL_SETS["compound-23"], 0.3)
    assert vlm._task.ids.tolist() != basic.ids.tolist()


@pytest.mark.parametrize("family", ["smolvlm", "qwen2_5_vl", "qwen3_vl", "internvl"])
def test_labels_score_as_they_would_one_by_one_and_without_a_cache(checkpoint, family):
    import torch

    analyst = reasoner_named(checkpoint(family))
    analyst.model = analyst.model.float()
    told = analyst.conclude(SAID, SMILE, BASIC, [shown("red")])
    asked = analyst.inputs(SMILE, BASIC, [shown("red")])
    end = analyst.model.generation_config.eos_token_id
    logs = {}
    for name in (*BASIC.names, NOT_SURE):
        answer = [*analyst.ids(name), end]
        ids = torch.tensor([[*asked["input_ids"][0].tolist(), *analyst.ids(f"{SAID.text}\n"), *answer]])
        more = {"attention_mask": torch.ones_like(ids)}
        if "mm_token_type_ids" in asked:
            kinds = torch.zeros_like(ids)
            kinds[:, : asked["mm_token_type_ids"].shape[1]] = asked["mm_token_type_ids"]
            more["mm_token_type_ids"] = kinds
        with torch.inference_mode():
            logits = analyst.model(**{**asked, **more, "input_ids": ids}).logits[0].float().log_softmax(-1)
        logs[name] = sum(float(logits[i - len(answer) - 1, token]) for i, token in enumerate(answer))
    assert told == pytest.approx(tempered(logs, 1.0), abs=1e-4)


def test_probabilities_are_of_the_label_set_and_sum_to_one(vlm):
    told = vlm.explain(SMILE, BASIC, 0.45, [shown("red")])
    assert tuple(told.probabilities) == BASIC.names
    assert sum(told.probabilities.values()) == pytest.approx(1)


def test_what_not_sure_weighs_speaks_for_no_label():
    assert tempered({"a": -50.0, "b": -60.0, NOT_SURE: 0.0}, 1.0) == pytest.approx({"a": 0.5, "b": 0.5})


def test_a_higher_temperature_is_less_sure():
    logs = {"a": -1.0, "b": -3.0, NOT_SURE: -9.0}
    assert tempered(logs, 1.0)["a"] > tempered(logs, 3.0)["a"] > 0.5


def test_below_the_threshold_the_conclusion_is_not_sure(vlm):
    assert vlm.explain(SMILE, BASIC, 1.0).trace.conclusion == NOT_SURE
    told = vlm.explain(SMILE, BASIC, 0.0)
    assert told.trace.conclusion == max(told.probabilities, key=told.probabilities.get)


def test_drafts_change_no_word(vlm):
    asked = vlm.inputs(SMILE, BASIC)
    length = asked["input_ids"].shape[1]
    plain = vlm.model.generate(**asked, max_new_tokens=40, do_sample=False)[0, length:].tolist()
    own = vlm._tokenizer.decode(plain, skip_special_tokens=True)
    for drafts in ([plain], [plain[:7]], [[*plain[:7], 5, *plain[8:]], plain], [vlm.ids("something else"), plain]):
        assert vlm._write(asked, drafts, "", None).text == own


def test_a_draft_that_is_right_is_read_at_once_with_the_question(keen, monkeypatch):
    analyst = keen("smolvlm")
    asked, read = analyst.inputs(SMILE, BASIC, [shown("red")]), []
    length = asked["input_ids"].shape[1]
    own = analyst._write(asked, [], "", None).remembered.ids[length:].tolist()
    embed = analyst.model.model.text_model.embed_tokens
    monkeypatch.setattr(embed, "forward", lambda ids, real=embed.forward: (read.append(ids.shape[1]), real(ids))[1])
    assert analyst._write(asked, [own[:-1]], "", None).remembered.ids[length:].tolist() == own
    assert read == [length + len(own) - 1]


def test_a_model_with_an_adapter_is_drafted_for_as_well(keen, monkeypatch):
    from peft import LoraConfig, get_peft_model

    analyst, read = keen("smolvlm"), []
    asked = analyst.inputs(SMILE, BASIC, [shown("red")])
    length = asked["input_ids"].shape[1]
    own = analyst._write(asked, [], "", None).remembered.ids[length:].tolist()
    # Fresh LoRA changes no word.
    analyst.model = get_peft_model(analyst.model, LoraConfig(target_modules=["q_proj"])).eval()
    embed = analyst.model.get_input_embeddings()
    monkeypatch.setattr(embed, "forward", lambda ids, real=embed.forward: (read.append(ids.shape[1]), real(ids))[1])
    assert analyst._write(asked, [own[:-1]], "", None).remembered.ids[length:].tolist() == own
    assert read == [length + len(own) - 1]


@pytest.mark.parametrize("family", ["smolvlm", "qwen2_5_vl", "qwen3_vl", "internvl"])
def test_labels_score_after_what_was_written_as_after_what_is_read_anew(keen, family):
    analyst = keen(family)
    asked = analyst.inputs(SMILE, BASIC, [shown("red")])
    written = analyst._write(asked, [], "", None)
    for before in (f"{written.text[: len(written.text) // 2]} and so on\n", f"{SAID.text}\n"):
        anew = analyst._scores(asked, before, BASIC)
        assert analyst._scores(asked, before, BASIC, analyst._write(asked, [], "", None)) == pytest.approx(anew, abs=1e-4)


def test_an_answer_of_the_wrong_form_is_written_once_more_under_given_headings_and_says_so(vlm):
    told = vlm.explain(SMILE, BASIC, 0.45)
    assert "written anew under given headings" in told.trace.problems[0]


def test_what_is_told_grows_and_ends_with_the_whole(vlm):
    heard = []
    trace = vlm.explain(SMILE, BASIC, 0.45, told=heard.append).trace
    assert len(heard) > 2
    assert heard[-1] == trace.text


def test_what_told_raises_ends_the_writing_at_once(vlm):
    class Stopped(Exception):
        pass

    calls = []

    def told(text):
        calls.append(text)
        raise Stopped

    with pytest.raises(Stopped):
        vlm.explain(SMILE, BASIC, 0.45, told=told)
    assert len(calls) == 1


def test_observing_names_no_expression(vlm):
    told = vlm.explain(SMILE, None, 0.45)
    assert (told.trace.interpretation, told.trace.conclusion, told.probabilities) == ("", "", {})


def test_without_evidence_lines_the_prompt_tells_no_movement(vlm):
    def asked(measured, **how):
        return vlm._tokenizer.decode(vlm.inputs(measured, BASIC, **how)["input_ids"][0])

    # Action units are named in what is asked of every clip; nothing tells which of them this one shows.
    assert asked(SMILE, lines=False) == asked(evidence(), lines=False)
    assert "AU12 lip corner puller" not in asked(SMILE, lines=False)
    assert "AU12 lip corner puller" in asked(SMILE)


def test_other_pictures_give_other_scores(vlm):
    red, blue = (vlm.conclude(SAID, SMILE, BASIC, [shown(colour)]) for colour in ("red", "blue"))
    assert red != blue


def test_settings_beside_an_adapter_are_read(tmp_path):
    (tmp_path / "analyst.json").write_text(json.dumps({"frames": 3, "temperature": 1.5}))
    assert Settings.beside(tmp_path) == Settings(3, 1.5)
    assert Settings.beside(None) == Settings()


def test_a_model_that_is_only_a_pickle_is_refused(checkpoint, tmp_path):
    import shutil

    import torch

    folder = tmp_path / "pickled"
    shutil.copytree(checkpoint("smolvlm"), folder)
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(Refusal) as refusal:
        reasoner_named(str(folder))
    assert refusal.value.code == "bad_model"


def test_an_adapter_needs_a_model_that_runs_here(tmp_path):
    with pytest.raises(Refusal) as refusal:
        reasoner_named("codebook", tmp_path)
    assert refusal.value.code == "bad_model"


def test_vlm_keeps_the_reasoners_protocol(vlm):
    assert isinstance(vlm, Vlm)
    assert vlm.frames == 8

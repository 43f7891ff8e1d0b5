import json

import pytest

from cot_engine.captioning.model import Model, model_named
from cot_engine.captioning.settings import complete, config_of, read_manifest, version_of
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS


@pytest.fixture
def config():
    return config_of("clips", Model("codebook", {"prompt infer": "abc", "temperature": "0"}), LABEL_SETS["basic-7"], 0.45)


def test_prompts_stand_apart_from_the_other_settings_of_a_model(config):
    assert (config.prompts, config.reasoning) == ({"infer": "abc"}, {"temperature": "0"})


def test_a_key_depends_on_the_clip_and_on_every_setting(config):
    other = config.model_copy(update={"prompts": {"infer": "abd"}})
    assert len({config.key("a"), config.key("b"), other.key("a")}) == 3


def test_counts_that_do_not_add_up_are_never_written(config, tmp_path):
    version_of(tmp_path, config, new_version=False)
    before = (tmp_path / "manifest.json").read_bytes()
    with pytest.raises(ValueError, match="do not add up"):
        complete(tmp_path, 1, {"in": 3, "captioned": 1, "rejected": 1, "duplicates": 0}, {})
    assert (tmp_path / "manifest.json").read_bytes() == before


def test_a_manifest_that_was_edited_into_ruins_is_refused(config, tmp_path):
    version_of(tmp_path, config, new_version=False)
    for content in ("{", "[]", json.dumps({"schema": "cot-engine/traces/1"})):
        (tmp_path / "manifest.json").write_text(content)
        with pytest.raises(Refusal) as refused:
            read_manifest(tmp_path)
        assert refused.value.code == "config_mismatch"


def test_a_model_that_is_not_part_of_this_version_is_refused():
    with pytest.raises(Refusal) as refused:
        model_named("mystery", 1)
    assert refused.value.code == "bad_model"

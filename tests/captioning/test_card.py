import pytest
from faked_rows import BASIC, captioned, duplicate, finished, rejected

from cot_engine.captioning.card import write_card

# They belong to the extra "caption".
DatasetCard = pytest.importorskip("huggingface_hub").DatasetCard
pytest.importorskip("datasets")

ROWS = (
    *(captioned(n, "fear" if n % 3 else "not sure", given_label="anger") for n in range(5)),
    rejected("r1", "no_face"),
    rejected("r2", "no_face"),
    duplicate("d", "c1"),
)


@pytest.fixture
def carded(tmp_path):
    """A folder with its card and manifest; ``source`` as given."""

    def make(rows=ROWS, source="clips"):
        manifest = finished(tmp_path / "out", rows, source)
        write_card(tmp_path / "out", manifest)
        return DatasetCard.load(tmp_path / "out" / "README.md"), manifest

    return make


def test_the_hub_reads_its_yaml(carded):
    card, _ = carded()
    assert card.data.license == "other"
    assert card.data.annotations_creators == "machine-generated"
    assert card.data.size_categories == "n<1K"
    assert [config["config_name"] for config in card.data.to_dict()["configs"]] == ["default", "rejects", "duplicates"]


def test_load_dataset_reads_every_config_of_the_folder(carded, tmp_path):
    from datasets import load_dataset

    carded()
    cache = str(tmp_path / "cache")
    ids = {
        name: load_dataset(str(tmp_path / "out"), name, split="train", cache_dir=cache)["id"]
        for name in ("default", "rejects", "duplicates")
    }
    assert {name: list(found) for name, found in ids.items()} == {
        "default": ["c0", "c1", "c2", "c3", "c4"],
        "rejects": ["r1", "r2"],
        "duplicates": ["d"],
    }


def test_it_says_what_was_made_how_many_and_by_what(carded):
    card, manifest = carded()
    for said in (
        "8 clips of clips: 5 captioned, 2 rejected, 1 duplicates",
        "| `no_face` | 2 |",
        "| fear | 3 |",
        "| not sure (below 0.45) | 2 |",
        "Captioned by `codebook`",
        manifest["config_sha256"],
        *manifest["versions"].values(),
        "apparent expression, not felt emotion",
    ):
        assert said in card.text
    claims = sum(len(row.claims) for row in ROWS[:5])
    assert f"{claims} claims" in card.text
    for label in BASIC.names:
        assert f"| {label} |" in card.text


def test_a_known_dataset_brings_its_terms_and_an_unknown_one_a_reminder(carded):
    from cot_engine.corpora.cards import said_on_card

    card, _ = carded(source="dfew")
    assert said_on_card("dfew", "Terms") in card.text
    assert card.text.startswith("\n# Captions of DFEW") or "# Captions of DFEW" in card.text


def test_an_unknown_source_asks_for_its_terms(carded):
    card, _ = carded()
    assert "which this run does not know: add them here" in card.text


def test_a_collapsed_run_is_called_so(carded):
    card, _ = carded([captioned(n, "fear") for n in range(40)])
    assert "- 100 % of the answers are 'fear'" in card.text


def test_a_run_without_captions_has_a_card_too(carded):
    card, _ = carded([rejected("r")])
    assert "1 clips of clips: 0 captioned" in card.text
    assert "none found" in card.text

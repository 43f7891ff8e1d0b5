from pathlib import Path

import pytest

from cot_engine import prompts
from cot_engine.prompts import load_prompt

FOLDER = Path(__file__).parents[1] / "prompts"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_every_prompt_loads(path):
    prompt = load_prompt(path.stem)
    assert prompt.id == path.stem
    assert len(prompt.sha256) == 64


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(prompts, "_CHECKOUT", tmp_path)
    monkeypatch.setattr(prompts, "_PACKAGED", tmp_path / "absent")
    return tmp_path


def test_variables_are_strict(folder):
    (folder / "hello.md").write_text("---\nid: hello\nversion: 2\nvariables: [who]\n---\nHello $who\n")
    prompt = load_prompt("hello")
    assert prompt.render(who="you") == "Hello you"
    with pytest.raises(TypeError, match="takes \\['who'\\]"):
        prompt.render()
    with pytest.raises(TypeError):
        prompt.render(who="you", what="that")


@pytest.mark.parametrize(
    "head", ["id: other\nversion: 1\nvariables: [who]", "id: hello\nversion: 1\nvariables: []", "id: hello\nvariables: [who]"]
)
def test_front_matter_that_does_not_fit_is_refused(folder, head):
    (folder / "hello.md").write_text(f"---\n{head}\n---\nHello $who\n")
    with pytest.raises(ValueError, match=r"prompts/hello\.md"):
        load_prompt("hello")


def test_the_hash_follows_the_content(folder):
    text = "---\nid: hello\nversion: 1\nvariables: []\n---\nHello\n"
    (folder / "hello.md").write_text(text)
    first = load_prompt("hello").sha256
    (folder / "hello.md").write_text(text + "!")
    assert load_prompt("hello").sha256 != first

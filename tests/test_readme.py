import re
import typing
from pathlib import Path

import typer
from typer.main import get_command

from cot_engine.cli import app
from cot_engine.errors import ErrorCode

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_module_has_its_purpose_in_the_readme():
    listed = set(re.findall(r"^\s+(\w+\.py) ", README, re.MULTILINE))
    modules = {path.name for path in (ROOT / "cot_engine").rglob("*.py") if path.name != "__init__.py"}
    assert listed == modules


def test_every_error_code_is_explained():
    assert not [code for code in typing.get_args(ErrorCode) if f"`{code}`" not in README]


def test_every_option_in_the_readme_exists():
    command = get_command(app)
    for line in re.findall(r"^(?:\.venv/bin/)?cot-engine (.+)$", README, re.MULTILINE):
        words = line.partition("#")[0].split()
        found = command
        while words and isinstance(found, typer.core.TyperGroup) and words[0] in found.commands:
            found = found.commands[words.pop(0)]
        options = {option for parameter in found.params for option in parameter.opts}
        assert not [word for word in words if word.startswith("--") and word not in options], line


def test_pictures_in_the_readme_are_there():
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).is_file()

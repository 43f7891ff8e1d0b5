"""The texts in ``prompts/``: one file each, with an id, a version, the variables it takes, and a hash of its content."""

import hashlib
import string
from dataclasses import dataclass
from pathlib import Path

# In a wheel the files travel inside the package; in a checkout they lie beside it.
_PACKAGED, _CHECKOUT = Path(__file__).parent / "prompt_files", Path(__file__).parents[1] / "prompts"


@dataclass(frozen=True)
class Prompt:
    """A text with ``$name`` placeholders. ``sha256`` is that of the whole file, so that a run can name what it used."""

    id: str
    version: int
    variables: frozenset[str]
    text: str
    sha256: str

    def render(self, **values: str) -> str:
        """The text with its variables filled in.

        Raises:
            TypeError: a variable is missing or unknown.
        """
        if set(values) != self.variables:
            raise TypeError(f"prompt {self.id!r} takes {sorted(self.variables)}, not {sorted(values)}")
        return string.Template(self.text).substitute(values)


def all_prompts() -> list[Prompt]:
    """Every prompt file, by id."""
    return [load_prompt(path.stem) for path in sorted(_folder().glob("*.md"))]


def load_prompt(prompt_id: str) -> Prompt:
    """The prompt in ``prompts/<prompt_id>.md``.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: its front matter does not fit its name or its text.
    """
    import yaml

    content = (_folder() / f"{prompt_id}.md").read_text(encoding="utf-8")
    _, head, text = content.split("---\n", 2)
    front = yaml.safe_load(head)
    if set(front) != {"id", "version", "variables"} or front["id"] != prompt_id:
        raise ValueError(f"prompts/{prompt_id}.md: the front matter must hold its own id, a version and variables")
    used = set(string.Template(text).get_identifiers())
    if used != set(front["variables"]):
        raise ValueError(f"prompts/{prompt_id}.md declares {front['variables']}, but its text uses {sorted(used)}")
    return Prompt(prompt_id, int(front["version"]), frozenset(used), text.strip(), hashlib.sha256(content.encode()).hexdigest())


def _folder() -> Path:
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT

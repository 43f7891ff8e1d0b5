"""The models that visitors may choose from: a name that tells them something for each, and one loading of each."""

from collections.abc import Container, Sequence
from pathlib import Path
from threading import Lock

from cot_engine.errors import Refusal
from cot_engine.reasoners.base import Reasoner
from cot_engine.reasoners.named import PREFIX, parse_spec, reasoner_named


class ModelRefused(Refusal):
    """The model cannot be loaded; the clip is not to blame."""


class Models:
    """What ``--model`` named, in order, as ``names``: a folder by its own name, a served model by model and host. Where a
    folder lies on the server is nobody's business, and a visitor's request names no address.

    Raises:
        Refusal: ``bad_model`` for an address that cannot be read. All else is told when a model is first asked for.
    """

    def __init__(self, specs: Sequence[str]) -> None:
        self._specs: dict[str, str] = {}
        for spec in dict.fromkeys(specs):
            self._specs[_unlike(_name(spec), self._specs)] = spec
        self.names = list(self._specs)
        self._loaded: dict[str, Reasoner] = {}
        self._loading = Lock()

    def spec(self, name: str) -> str:
        """What ``--model`` said."""
        return self._specs[name]

    def ready(self, name: str) -> bool:
        """Whether ``reasoner`` answers at once."""
        return name in self._loaded

    def reasoner(self, name: str) -> Reasoner:
        """The model, loaded when it is first asked for.

        Raises:
            ModelRefused: as ``reasoner_named``.
        """
        with self._loading:
            if name not in self._loaded:
                try:
                    self._loaded[name] = reasoner_named(self._specs[name])
                except Refusal as refusal:
                    raise ModelRefused(refusal.code, refusal.message, refusal.hint) from None
            return self._loaded[name]


def _name(spec: str) -> str:
    if spec.startswith((PREFIX, "http://", "https://")):
        url, model = parse_spec(spec)
        return f"{model} ({url.partition('://')[2].partition('/')[0]})"
    path = Path(spec)
    return path.resolve().name if path.is_dir() else spec


def _unlike(name: str, others: Container[str]) -> str:
    """``name``, or ``name (2)`` where there is one already."""
    number = 2
    unlike = name
    while unlike in others:
        unlike, number = f"{name} ({number})", number + 1
    return unlike

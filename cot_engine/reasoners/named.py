"""From the name of a model, as commands take it, to the reasoner it stands for."""

from urllib.parse import urlsplit

from cot_engine.errors import Refusal
from cot_engine.reasoners.base import Reasoner
from cot_engine.reasoners.codebook import Codebook

PREFIX = "openai:"


def reasoner_named(name: str) -> Reasoner:
    """``codebook``, or ``openai:URL#MODEL`` for any OpenAI-compatible endpoint.

    Raises:
        Refusal: ``bad_model`` for any other name, and those of ``chat_teacher``.
    """
    if name == Codebook.name:
        return Codebook()
    if name.startswith((PREFIX, "http://", "https://")):
        from cot_engine.reasoners.chat import chat_teacher

        return chat_teacher(name, out=None)
    hint = "Use 'codebook', or openai:URL#MODEL for a model behind a server such as vLLM."
    raise Refusal("bad_model", f"{name!r} cannot be used: embedded and local models are not part of this version.", hint)


def parse_spec(spec: str) -> tuple[str, str]:
    """``"openai:http://127.0.0.1:8000/v1#name"`` -> ``("http://127.0.0.1:8000/v1", "name")``.

    Raises:
        Refusal: ``bad_model``.
    """
    url, _, model = spec.removeprefix(PREFIX).partition("#")
    hint = "Write openai:URL#MODEL, for example openai:http://127.0.0.1:8000/v1#Qwen/Qwen2.5-VL-7B-Instruct."
    try:
        parts = urlsplit(url)
        named = parts.scheme in ("http", "https") and parts.hostname and model.strip()
    except ValueError:
        named = False
    if not named:
        raise Refusal("bad_model", f"{spec!r} does not name an endpoint and a model.", hint)
    if parts.username or parts.password or parts.query:
        # The address is written into reports and manifests.
        raise Refusal("bad_model", "The address of a model must hold no credentials.", "Put the key into OPENAI_API_KEY.")
    return url.rstrip("/"), model.strip()

"""What a chat endpoint must answer: schemas for it to keep to, and checks that put every fault in words."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from cot_engine.facs import Label

# Weak models give the "..." of the prompt back; a sentence has words.
_WORDS = r"[^\W\d_]{2}\W+[^\W\d_]"
_Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=_WORDS, max_length=600)]
_Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, pattern=_WORDS, max_length=3000)]
_Letter = Annotated[str, StringConstraints(pattern="^[A-Z]$")]
_Schema = TypeVar("_Schema", bound=BaseModel)


class Fault(Exception):
    """What is wrong with an answer, in words that its writer can act on."""


class Described(BaseModel):
    """The answer to ``prompts/describe.md``."""

    model_config = ConfigDict(extra="forbid")

    observations: Annotated[list[_Line], Field(min_length=1, max_length=24)]


class Interpreted(BaseModel):
    """The answer to ``prompts/infer.md``; the letter comes last, after the reasons."""

    model_config = ConfigDict(extra="forbid")

    interpretation: _Paragraph
    runner_up: _Letter
    answer: _Letter


def response_format(schema: type[BaseModel], letters: Sequence[str] = ()) -> dict[str, Any]:
    """``schema`` as the ``response_format`` of a chat request; its letters may be these only.

    Lengths and patterns are left out: servers differ in which of them they take, and they are checked here anyway.
    """
    properties = {}
    for name, form in schema.model_json_schema()["properties"].items():
        kept = {key: value for key, value in form.items() if key in ("type", "items")}
        if "items" in kept:
            kept["items"] = {"type": kept["items"]["type"]}
        properties[name] = kept | ({"enum": list(letters)} if name in ("runner_up", "answer") else {})
    form = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    return {"type": "json_schema", "json_schema": {"name": schema.__name__.lower(), "strict": True, "schema": form}}


def read_described(text: str) -> tuple[str, ...]:
    """The observations in an answer.

    Raises:
        Fault: the answer does not keep to the schema.
    """
    return tuple(_read(Described, text).observations)


def read_interpreted(text: str, labels: dict[str, Label]) -> Interpreted:
    """The answer to an inference; ``labels``: letter -> label.

    Raises:
        Fault: it does not keep to the schema, chooses outside the list, or does not name its choice and the runner-up.
    """
    found = _read(Interpreted, text)
    for name, letter in (("answer", found.answer), ("runner_up", found.runner_up)):
        if letter not in labels:
            raise Fault(f'"{name}" is {letter}, which is not in the list.')
        if not _named(labels[letter], found.interpretation):
            raise Fault(f'The interpretation does not name "{labels[letter].name}", which "{name}" chooses.')
    if found.answer == found.runner_up:
        raise Fault('"runner_up" must differ from "answer".')
    return found


def _read(schema: type[_Schema], text: str) -> _Schema:
    try:
        return schema.model_validate_json(text.strip())
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)[0]
        if wrong["type"] == "json_invalid":
            raise Fault("The answer is not one JSON object and nothing else.") from error
        where = ".".join(map(str, wrong["loc"]))
        if (wrong.get("ctx") or {}).get("pattern") == _WORDS:
            raise Fault(f'"{where}" holds no sentence.') from error
        raise Fault(f'The JSON object does not keep to the form: "{where}": {wrong["msg"]}.') from error


def _named(label: Label, text: str) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) for name in (label.name, *label.aliases))

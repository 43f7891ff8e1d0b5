"""Chosen frames in a chat request: the captions of the one prompt renderer, and JPEG pictures inside the request."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cot_engine.evidence import Evidence
from cot_engine.frame_choice import Picture
from cot_engine.messages import frame_parts

_DATA = "data:image/jpeg;base64,"
_SENT = re.compile(rf'"{_DATA}([A-Za-z0-9+/=]*)"')


def chat_content(evidence: Evidence, pictures: Sequence[Picture], prompt: str) -> Any:
    """The content of a user's message in the chat protocol: pictures, each after its caption, then the prompt."""
    captioned = frame_parts(evidence, [picture.frame for picture in pictures])
    return as_sent([*captioned, {"type": "text", "text": prompt}], pictures)


def as_sent(parts: Sequence[Mapping[str, Any]], pictures: Sequence[Picture]) -> Any:
    """Parts of ``messages`` in the chat protocol, with ``pictures`` in the places of their images.

    Without pictures it is their text alone: servers of language models take nothing else.
    """
    if not pictures:
        return "".join(part["text"] for part in parts)
    sent = iter(pictures)
    content: list[Mapping[str, Any]] = []
    for part in parts:
        if part["type"] == "image":
            url = _DATA + base64.b64encode(next(sent).jpeg).decode()
            content.append({"type": "image_url", "image_url": {"url": url}})
        else:
            content.append(part)
    return content


def without_pictures(payload: dict[str, Any]) -> dict[str, Any]:
    """A request to be kept: each picture in it as the SHA-256 of its file."""

    def named(match: re.Match[str]) -> str:
        return f'"sha256:{hashlib.sha256(base64.b64decode(match[1])).hexdigest()}"'

    kept: dict[str, Any] = json.loads(_SENT.sub(named, json.dumps(payload)))
    return kept

"""Does a server read what the model was trained on? Its count of a request's tokens against that of the local processor.

A server that resizes pictures otherwise, or writes the chat template otherwise, counts otherwise, and answers worse without
saying so.
"""

import asyncio
import io
from typing import Any

from cot_engine.errors import Refusal
from cot_engine.evidence import Event, Evidence, Span
from cot_engine.facs import LABEL_SETS
from cot_engine.frame_choice import ChosenFrame, Picture, Role
from cot_engine.frame_pictures import CONTEXT_PX, FACE_PX, JPEG_QUALITY
from cot_engine.messages import user_message
from cot_engine.reasoners.endpoint import Endpoint
from cot_engine.reasoners.ledger import Ledger, Prices
from cot_engine.reasoners.named import parse_spec
from cot_engine.reasoners.pictured import as_sent
from cot_engine.reasoners.request_cache import RequestCache

# Sides that no usual patch size divides, one of them wide: what resizes otherwise shows.
_SHOWN: tuple[tuple[Role, tuple[int, int]], ...] = (
    ("apex", (FACE_PX, FACE_PX - 85)),
    ("context", (CONTEXT_PX, CONTEXT_PX // 2 + 5)),
)
_EVIDENCE = Evidence(
    source="token check",
    duration_s=2.0,
    seen=(Span(start_s=0, end_s=2),),
    events=(Event(au="AU12", side="both", onset_s=0.5, apex_s=1.0, offset_s=1.5, intensity=3.0),),
    reach={"AU12": 1.0},
)


def check_tokens(spec: str, processor: str, *, pictured: bool) -> None:
    """Sends one request, written as in training, and compares what the server counts to what the processor here counts.

    Args:
        spec: ``openai:URL#MODEL``.
        processor: folder or hub id of the model's processor, or of its tokenizer.
        pictured: with two pictures in it.

    Raises:
        Refusal: ``bad_teacher`` when the counts differ or the server tells none; ``bad_model`` when the processor cannot be
            loaded; ``backend_missing`` without transformers; those of ``Endpoint.ask``.
    """
    shown = enumerate(_SHOWN if pictured else ())
    pictures = [Picture(ChosenFrame(n, 0.5 + n, role), _grey(shape)) for n, (role, shape) in shown]
    parts = user_message(_EVIDENCE, LABEL_SETS["basic-7"], [picture.frame for picture in pictures])["content"]
    here = _local(processor, parts, pictures)
    there = asyncio.run(_served(spec, as_sent(parts, pictures)))
    if there is None:
        hint = "Leave out the check, or use a server that reports usage."
        raise Refusal("bad_teacher", f"{spec} does not say how many tokens it read.", hint)
    if there != here:
        raise Refusal(
            "bad_teacher",
            f"{spec} reads {there} tokens where the processor {processor} makes {here} of the same request.",
            "Serve the model with the chat template and the picture sizes it was trained with.",
        )


async def _served(spec: str, content: Any) -> int | None:
    url, model = parse_spec(spec)
    endpoint = Endpoint(
        url,
        model,
        ledger=Ledger(None, None),
        cache=RequestCache(None),
        prices=Prices(),
        concurrency=1,
        max_retries=2,
        timeout_s=120,
    )
    try:
        request = {"messages": [{"role": "user", "content": content}], "max_completion_tokens": 1, "temperature": 0}
        return (await endpoint.ask("describe", request)).prompt_tokens
    finally:
        await endpoint.aclose()


def _local(name: str, parts: list[dict[str, Any]], pictures: list[Picture]) -> int:
    from PIL import Image

    try:
        from transformers import AutoProcessor
    except ImportError as error:
        hint = "pip install 'cot-engine[models]'"
        raise Refusal("backend_missing", "transformers must be installed to count tokens.", hint) from error
    try:
        processor = AutoProcessor.from_pretrained(name)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        hint = "Give the folder or the hub id of the served model."
        raise Refusal("bad_model", f"{name} holds no processor ({str(error).splitlines()[0]}).", hint) from error
    sent = iter(pictures)
    content: Any = [
        {"type": "image", "image": Image.open(io.BytesIO(next(sent).jpeg))} if part["type"] == "image" else part
        for part in parts
    ]
    if not pictures:
        # A tokenizer's template takes text alone, and the server is sent text alone then.
        content, processor = as_sent(parts, ()), getattr(processor, "tokenizer", processor)
    encoded = processor.apply_chat_template(
        [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=True, return_dict=True
    )
    ids = encoded["input_ids"]
    return len(ids[0] if len(ids) and not isinstance(ids[0], int) else ids)


def _grey(shape: tuple[int, int]) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", shape, (128, 128, 128)).save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()

"""A small probe of what a model could do before it was tuned: questions about text and pictures, drawn by code.

The answer is the choice with the highest mean log-probability, so that a model which forgot how to stop can still be asked.
What counts is how many of the answers that were right before are right afterwards.
"""

from dataclasses import dataclass
from typing import Any

import torch
from PIL import Image, ImageDraw


@dataclass(frozen=True)
class Question:
    """``choices[0]`` is right. ``picture``: drawn, or None for a question about words."""

    text: str
    choices: tuple[str, ...]
    picture: Image.Image | None = None


def questions() -> list[Question]:
    """Six of words and six of pictures."""
    return [
        Question("What is the capital of France?", ("Paris", "Rome", "Madrid")),
        Question("How much is 2 plus 3?", ("5", "7", "4")),
        Question("Which animal barks?", ("dog", "cat", "fish")),
        Question("What is the opposite of hot?", ("cold", "warm", "red")),
        Question("Which day follows Monday?", ("Tuesday", "Friday", "Sunday")),
        Question("What colour is the sky on a clear day?", ("blue", "green", "brown")),
        *(
            Question(
                "Which colour is this picture?", (colour, *(c for c in ("red", "green", "blue") if c != colour)), _plain(colour)
            )
            for colour in ("red", "green", "blue")
        ),
        Question("Is the picture bright or dark?", ("bright", "dark"), _plain("white")),
        Question("Is the picture bright or dark?", ("dark", "bright"), _plain("black")),
        Question("Is there a circle or a square in the picture?", ("circle", "square"), _circle()),
    ]


@torch.no_grad()
def right_answers(model: Any, processor: Any) -> list[bool]:
    """Whether each of ``questions()`` is answered right.

    The model is asked in the mode it is in, and before training that must be ``train()``: in ``eval()`` bitsandbytes packs
    4-bit weights on a CPU for good, into a form through which layers below learn nothing. New adapters add nothing to a model.
    """
    answers = []
    for question in questions():
        scores = [_score(model, processor, question, choice) for choice in question.choices]
        answers.append(max(range(len(scores)), key=scores.__getitem__) == 0)
    return answers


def compared(before: list[bool], after: list[bool]) -> str:
    """One sentence on what was kept and what was lost."""
    kept = sum(b and a for b, a in zip(before, after, strict=True))
    said = f"General questions: {sum(before)} of {len(before)} right before training, {sum(after)} after"
    return f"{said}; {kept} of the {sum(before)} kept."


def _score(model: Any, processor: Any, question: Question, choice: str) -> float:
    """Mean log-probability of the choice's tokens after the prompt."""
    content = [{"type": "image", "image": question.picture}] if question.picture else []
    content.append({"type": "text", "text": f"{question.text} Answer with one word."})
    asked = [{"role": "user", "content": content}]
    prompt = processor.apply_chat_template(asked, add_generation_prompt=True, tokenize=False)
    pictures = [question.picture] if question.picture else None
    made = {"images": [pictures] if pictures else None, "return_tensors": "pt", "add_special_tokens": False}
    short, long = (processor(text=[text], **made) for text in (prompt, f"{prompt}{_gap(prompt)}{choice}"))
    inputs = {name: value.to(model.device) for name, value in long.items()}
    start = short["input_ids"].shape[1]
    chosen = inputs["input_ids"][0, start:]
    logits = model(**inputs).logits[0, start - 1 : -1].float()
    return float(logits.log_softmax(-1).gather(1, chosen[:, None]).mean())


def _gap(prompt: str) -> str:
    """SmolVLM's answers begin with a space."""
    return " " if prompt.endswith(":") else ""


def _plain(colour: str) -> Image.Image:
    return Image.new("RGB", (128, 128), colour)


def _circle() -> Image.Image:
    picture = Image.new("RGB", (128, 128), "white")
    ImageDraw.Draw(picture).ellipse((24, 24, 104, 104), fill="black")
    return picture

"""How a command ends when its input is refused: exit code 3, in words or as JSON on stderr."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from cot_engine.errors import Refusal

# Exit codes: 0 done, 2 wrong usage (typer's own), 3 input refused, 1 our own fault.
REFUSED = 3


@contextmanager
def refusals(as_json: bool) -> Iterator[None]:
    """Turns a typed refusal inside the block into exit code 3."""
    try:
        yield
    except Refusal as refusal:
        if as_json:
            typer.echo(json.dumps(refusal.as_dict()), err=True)
        else:
            typer.echo(f"{refusal.code}: {refusal.message}\n{refusal.hint}", err=True)
        raise typer.Exit(REFUSED) from refusal

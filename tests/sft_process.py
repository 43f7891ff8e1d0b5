"""``finetune/sft.py`` in a process of its own, that a test can kill; forked from one that has the libraries loaded."""

import multiprocessing
import os
from pathlib import Path


def start(arguments: list[str], log: Path) -> multiprocessing.process.BaseProcess:
    """Begins to train; what it says goes to ``log``."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sft"])
    process = context.Process(target=_train, args=(arguments, log))
    process.start()
    return process


def _train(arguments: list[str], log: Path) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    import sft
    import torch
    from recipe import parse
    from trl import SFTConfig

    torch.set_num_threads(1)
    sft.main(*parse(SFTConfig, arguments))

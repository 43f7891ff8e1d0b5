"""Fixtures for tests of the engine."""

from collections.abc import Callable
from pathlib import Path

import expert_corpus
import pytest

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.engine.build import Plan
from cot_engine.engine.codebook_teacher import CodebookTeacher
from cot_engine.facs import LABEL_SETS


@pytest.fixture
def planned(tmp_path: Path) -> Callable[..., Plan]:
    """A plan over ``count`` expert-coded rows; further arguments are fields of ``Plan``."""

    def make(count: int = 12, **fields) -> Plan:
        root = expert_corpus.write(tmp_path / "corpus", count)
        given = {
            "corpus": CORPORA["csv"],
            "root": root,
            "out": tmp_path / "out",
            "teacher": CodebookTeacher(),
            "labels": LABEL_SETS["basic-7"],
            "aus": "expert",
        }
        return Plan(**(given | fields))

    return make

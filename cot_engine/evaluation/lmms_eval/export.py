"""The clips of a corpus as the rows that the lmms-eval task reads: ``python -m cot_engine.evaluation.lmms_eval.export``.

Arguments: name of the corpus, its folder, and where ``clips.jsonl`` goes; then the label set, if not basic-7. Rows hold the
paths of clips on this machine and are not to be shared.
"""

import json
import sys
from pathlib import Path

from cot_engine.corpora.catalogue import CORPORA
from cot_engine.engine.journal import write_atomically
from cot_engine.evaluation.clips import clips_of
from cot_engine.facs import load_label_set


def export(corpus: str, root: Path, out: Path, labels: str = "basic-7") -> int:
    """Writes ``out``/clips.jsonl and gives the number of its rows.

    Raises:
        Refusal: as ``clips_of`` and ``load_label_set``.
    """
    label_set = load_label_set(labels)
    rows = [
        {"id": clip.id, "video": str(clip.sample.clip), "label": clip.truth, "labels": list(label_set.names)}
        for clip in clips_of(CORPORA[corpus], root, label_set)
        if clip.truth is not None
    ]
    write_atomically(out / "clips.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode())
    return len(rows)


if __name__ == "__main__":
    corpus, root, out, *labels = sys.argv[1:]
    print(export(corpus, Path(root), Path(out), *labels), "clips")

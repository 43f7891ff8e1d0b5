"""What ``mini`` learns from: explanations of measured evidence, with the frames it is shown, as ``engine.export`` writes them.

Two sources. Films of the studio, read by perception: true to life, slow to make. Performances that nobody filmed: the evidence
is misread as in the films (``misreading``), and of the clip only the chosen frames are rendered. The teacher is the codebook
in its plain wording (a small model is to spend what it has on what was measured, not on guessing synonyms), which argues from
the evidence alone. The conclusion is the expression that was played, so that the labels, scored after the explanation, say how
often each is behind what was measured; were it the one that was just said to fit best, they would tell nothing but certainty.
How far those probabilities can be believed is told by the films, on which the temperature is fitted.
"""

import io
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import cache
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, get_args

import numpy as np
from misreading import Misreading, learn
from numpy.random import Generator

from cot_engine.engine.export import features
from cot_engine.evidence import Event, Evidence, Hidden, Part, Reason, Span, union_share
from cot_engine.facs import LABEL_SETS, THRESHOLD
from cot_engine.frame_choice import ChosenFrame, Picture, choose_frames
from cot_engine.messages import assistant_message, user_message
from cot_engine.reasoners.codebook import NOT_SURE, Codebook
from cot_engine.reasoners.infer import infer
from cot_engine.reasoners.plain import plain_trace
from cot_engine.studio.performance import plan_clip
from cot_engine.studio.plan import ClipPlan
from cot_engine.studio.render import Studio
from cot_engine.trace import Trace

FRAMES = 4
LABELS = LABEL_SETS["basic-7"]
# Shares of rows that show nothing and tell of no measurement, that show nothing and tell that nothing was in view, and that
# show the frames of somebody else: what is not seen is not known, and what was measured counts more than what it sees.
_BLIND, _UNSEEN, _OTHERS = 0.06, 0.04, 0.06
_SHARD = 40
# Plans that are set aside for a shard; one in seven to fourteen has the label that is due.
_PLANS = 24
_NOTHING = Trace(
    observations=("The pictures show no face, and nothing was measured.",),
    interpretation="There is nothing to judge an expression by.",
    conclusion=NOT_SURE,
)


class Film(NamedTuple):
    """A performance, what was measured in it, and the frames that are shown of it."""

    plan: ClipPlan
    evidence: Evidence
    pictures: tuple[Picture, ...]


def measure(clip: Path) -> tuple[Evidence, tuple[Picture, ...]]:
    """The main person's evidence and chosen frames.

    Raises:
        Refusal: as ``perceive``.
    """
    from cot_engine.frame_pictures import chosen_pictures
    from cot_engine.perceive import perceive

    person = perceive(clip).people[0]
    return person.evidence, chosen_pictures(clip, person, FRAMES)


def read_films(root: Path, keep: Path, *, workers: int, say: Callable[[str], None] = print) -> list[Film]:
    """Every film of the studio set in ``root`` whose face is found, as perception reads it; kept in ``keep`` as it is read."""
    import pyarrow.parquet as pq

    keep.mkdir(parents=True, exist_ok=True)
    rows = pq.read_table(root / "clips.parquet", columns=["clip", "file", "seed", "split"]).to_pylist()
    files = {row["clip"]: keep / f"{row['clip']}.json" for row in rows}
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        unread = [row for row in rows if not files[row["clip"]].is_file()]
        waiting = [pool.submit(_read, root / row["file"], files[row["clip"]]) for row in unread]
        for done, future in enumerate(as_completed(waiting), start=1):
            future.result()
            say(f"films read: {len(rows) - len(unread) + done}/{len(rows)}")
    films = []
    for row in rows:
        if (film := _kept(files[row["clip"]])) is not None:
            films.append(Film(plan_clip(row["seed"] // 1_000_000, row["seed"] % 1_000_000, split=row["split"]), *film))
    return films


def _read(clip: Path, kept: Path) -> None:
    from cot_engine.errors import Refusal

    try:
        _keep(kept, *measure(clip))
    except Refusal:
        # Perception finds no face in some films; what it cannot read is not learned from.
        kept.write_text("null", encoding="utf-8")


def _keep(path: Path, evidence: Evidence, pictures: tuple[Picture, ...]) -> None:
    shown = [{"frame": vars(picture.frame), "jpeg": picture.jpeg.hex()} for picture in pictures]
    text = json.dumps({"evidence": json.loads(evidence.model_dump_json()), "pictures": shown})
    unfinished = path.with_suffix(".part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def _kept(path: Path) -> tuple[Evidence, tuple[Picture, ...]] | None:
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept is None:
        return None
    pictures = (Picture(ChosenFrame(**one["frame"]), bytes.fromhex(one["jpeg"])) for one in kept["pictures"])
    return Evidence.model_validate(kept["evidence"]), tuple(pictures)


def make_rows(
    out: Path,
    films: list[Film],
    count: int,
    seed: int,
    *,
    workers: int,
    say: Callable[[str], None] = print,
) -> None:
    """``count`` performances of the seven expressions that nobody filmed, as a data set in the form of ``engine.export``.

    Forty at a time are kept as they are made; the last forty become the validation part.
    """
    import pyarrow.parquet as pq

    parts = out / "shards"
    parts.mkdir(parents=True, exist_ok=True)
    files = [parts / f"{n:04d}.parquet" for n in range(-(-count // _SHARD))]
    missing = [n for n, file in enumerate(files) if not file.is_file()]
    say(f"rows: {len(files) - len(missing)}/{len(files)} shards")
    misreading = learn([(film.plan, film.evidence.events) for film in films])
    templates = [film.evidence for film in films]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        waiting = [pool.submit(_make_shard, files[n], n, seed, misreading, templates) for n in missing]
        for done, future in enumerate(as_completed(waiting), start=1):
            future.result()
            say(f"rows: {len(files) - len(missing) + done}/{len(files)} shards")
    (out / "data").mkdir(exist_ok=True)
    pq.write_table(pq.read_table(files[-1]), out / "data/validation.parquet")
    with pq.ParquetWriter(out / "data/train.parquet", features().arrow_schema) as writer:
        for file in files[:-1]:
            writer.write_table(pq.read_table(file))


def _make_shard(path: Path, n: int, seed: int, misreading: Misreading, templates: list[Evidence]) -> None:
    rng = np.random.default_rng([seed, n])
    made: list[Film] = []
    # Every shard has its own people.
    index = n * _SHARD * _PLANS
    while len(made) < _SHARD:
        # Labels in turn: a model that meets one of them seldom learns to say it seldom.
        plan = plan_clip(seed, index, split="train")
        index += 1
        if plan.label == LABELS.names[len(made) % len(LABELS.names)]:
            template = templates[int(rng.integers(len(templates)))]
            evidence = _evidence(plan, misreading.read(plan, rng), template)
            made.append(Film(plan, evidence, _rendered(plan, evidence)))
    write(path, made, rng)


def _evidence(plan: ClipPlan, events: tuple[Event, ...], template: Evidence) -> Evidence:
    """Evidence of these events, with everything else as it was in a film; what was hidden there is not measured here."""
    length = plan.frames / plan.fps
    scale = length / template.duration_s if template.duration_s else 1.0

    def stretched(span: Span) -> Span:
        return Span(start_s=round(span.start_s * scale, 2), end_s=round(span.end_s * scale, 2))

    hidden = tuple(Hidden(part=h.part, reason=h.reason, spans=tuple(map(stretched, h.spans))) for h in template.hidden)
    changed = template.model_copy(
        update={
            "duration_s": round(length, 2),
            "seen": tuple(map(stretched, template.seen)),
            "hidden": hidden,
            "talking": tuple(Span(start_s=round(a, 2), end_s=round(min(b, length), 2)) for a, b in plan.talking if a < length),
            "events": (),
        }
    )
    open_to_view = [
        e
        for e in events
        if union_share(changed.seen, e.onset_s, e.offset_s) > 0.5
        and changed.hidden_share(e.au, e.side, e.onset_s, e.offset_s) < 0.5
    ]
    return changed.model_copy(update={"events": tuple(open_to_view)})


@cache
def _studio() -> Studio:
    return Studio()


def _rendered(plan: ClipPlan, evidence: Evidence) -> tuple[Picture, ...]:
    """The frames that would be chosen in a film of the plan."""
    from contextlib import closing

    from cot_engine import weights
    from cot_engine.faces.finder import open_window
    from cot_engine.faces.search import FaceSearch
    from cot_engine.frame_pictures import jpeg, picture

    model = weights.find("face_landmarker").path
    chosen = choose_frames(evidence, plan.times_s.tolist(), FRAMES)
    shown = []
    with closing(FaceSearch(model)) as search:
        for frame, shot in zip(chosen, _studio().moments(plan, [frame.row for frame in chosen]), strict=True):
            boxes = search.find(shot.rgb, quick=False)
            window, faces = open_window(model, shot.rgb, shot.time_s, boxes[0]) if boxes else (None, [])
            if window:
                window.close()
            shown.append(Picture(frame, jpeg(picture(shot.rgb, faces[0].box if faces else None, frame.role))))
    return tuple(shown)


def write(path: Path, made: Sequence[Film], rng: Generator) -> None:
    """Rows in the columns of ``engine.export``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [_changed(n, made, rng) for n in range(len(made))]
    unfinished = path.with_suffix(".part")
    pq.write_table(pa.Table.from_pylist(rows, schema=features().arrow_schema), unfinished)
    unfinished.replace(path)


def _changed(n: int, made: Sequence[Film], rng: Generator) -> dict[str, Any]:
    """The row of a film as it is, or with less to see, or with the pictures of the next one."""
    film, drawn = made[n], rng.random()
    if drawn < _BLIND:
        return _row(_blanked(film), _NOTHING, evidence_lines=False)
    if drawn < _BLIND + _UNSEEN:
        unseen = _blanked(film)._replace(evidence=_out_of_view(film.evidence, rng))
        return _row(unseen, _explained(unseen, NOT_SURE))
    if drawn < _BLIND + _UNSEEN + _OTHERS:
        others = cycle(made[(n + 1) % len(made)].pictures)
        film = film._replace(pictures=tuple(replace(own, jpeg=next(others).jpeg) for own in film.pictures))
    return _row(film, _explained(film, film.plan.label))


def _explained(film: Film, conclusion: str) -> Trace:
    return plain_trace(film.evidence, LABELS, THRESHOLD).model_copy(update={"conclusion": conclusion})


def _blanked(film: Film) -> Film:
    return film._replace(pictures=tuple(replace(picture, jpeg=blank(picture.jpeg)) for picture in film.pictures))


def _out_of_view(evidence: Evidence, rng: Generator) -> Evidence:
    """Every part hidden throughout, for one reason; the face itself found all the same, or never."""
    reasons, found = get_args(Reason), rng.random() < 0.5
    whole = (Span(start_s=0.0, end_s=evidence.duration_s),)
    reason = reasons[int(rng.integers(len(reasons)))]
    hidden = tuple(Hidden(part=part, reason=reason, spans=whole) for part in get_args(Part))
    return evidence.model_copy(update={"events": (), "talking": (), "hidden": hidden, "seen": whole if found else ()})


def _row(film: Film, trace: Trace, *, evidence_lines: bool = True) -> dict[str, Any]:
    plan, evidence, pictures = film
    frames = [picture.frame for picture in pictures]
    return {
        "messages": [
            user_message(evidence, LABELS, frames, evidence_lines=evidence_lines),
            assistant_message(trace),
        ],
        "images": [{"bytes": picture.jpeg, "path": None} for picture in pictures],
        "id": plan.clip,
        "clip": plan.clip,
        "corpus": "studio",
        "label": plan.label,
        "official_split": "train",
        "subject": f"actor{plan.actor}",
        "teacher": Codebook.name,
        "au_source": evidence.source,
        "rounds": 1,
        "frames": [
            {
                "index": frame.row,
                "time_s": round(frame.time_s, 3),
                "role": frame.role,
                "event": frame.event if evidence.events else None,
            }
            for frame in frames
        ],
        "evidence": evidence.model_dump_json(),
        "probabilities": json.dumps(infer(evidence, LABELS).probabilities),
    }


def blank(jpeg_: bytes) -> bytes:
    """A picture of the same size in its mean colour."""
    from PIL import Image

    from cot_engine.frame_pictures import jpeg

    image = Image.open(io.BytesIO(jpeg_)).convert("RGB")
    colour = image.resize((1, 1)).getpixel((0, 0))
    return jpeg(Image.new("RGB", image.size, colour))  # type: ignore[arg-type]

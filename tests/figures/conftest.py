from html.parser import HTMLParser

import numpy as np
import pytest

from cot_engine.action_units.series import Timeline
from cot_engine.evidence import Event, Hidden, Pose, Quality, Span
from cot_engine.figures import Moment, Pictures
from cot_engine.report import Claim, Clip, LabelResult, Model, Note, Person, Report, TraceOut, Verdict
from cot_engine.trace import Trace

Case = tuple[Report, dict[int, Pictures]]


def event(au: str, onset: float, apex: float, offset: float, intensity: float, side: str = "both", **more: object) -> Event:
    return Event(au=au, side=side, onset_s=onset, apex_s=apex, offset_s=offset, intensity=intensity, **more)


def claims_in(text: str, rows: list[tuple[str, str | None, Verdict, str]]) -> tuple[Claim, ...]:
    return tuple(
        Claim(
            text=words,
            au=au,
            side="both" if au else None,
            stance="asserted",
            verdict=verdict,
            reason=reason,
            start=text.index(words),
            end=text.index(words) + len(words),
        )
        for words, au, verdict, reason in rows
    )


def person(track: int = 0, **changes: object) -> Person:
    values: dict[str, object] = {
        "track": track,
        "main": track == 0,
        "why": "The only face in the clip.",
        "seen_s": ((0.0, 3.0),),
        "baseline": "person",
        "pose": Pose(yaw=4, pitch=-2, roll=1, max_yaw=9, max_pitch=6),
        "quality": Quality(face_px=212, sharpness=148, frames=90),
        "reach": {"AU12": 0.9},
        "hidden": (),
        "talking_s": (),
        "events": (),
        "trace": None,
        "claims": (),
        "omissions": (),
        "label": None,
    }
    return Person(**{**values, **changes})


def report(*people: Person, **clip: object) -> Report:
    facts = {"path": "/home/someone/clips/smile.mp4", "kind": "video", "duration_s": 3.0, "frames": 90, "fps": 30.0}
    return Report(
        clip=Clip(**{**facts, "width": 640, "height": 360, "decoder": "decord 0.6.0", **clip}),
        model=Model(name="mini", labels="basic-7", action_units="mediapipe blendshapes", version="0.1.0"),
        warnings=(),
        people=people,
    )


def picture(seed: int = 0) -> np.ndarray:
    """A frame with an egg-shaped 'face' on a gradient."""
    y, x = np.mgrid[:360, :640]
    rgb = np.stack([90 + x // 8, 110 + y // 6, np.full_like(x, 120 + 20 * seed)], -1).astype(np.uint8)
    rgb[((x - 320) / 70) ** 2 + ((y - 180) / 95) ** 2 < 1] = (215, 175, 150)
    return rgb


BOX = (250.0, 85.0, 390.0, 275.0)


def bump(times: np.ndarray, found: Event, peak: float | None = None) -> np.ndarray:
    rise = np.interp(times, [found.onset_s, found.apex_s, found.offset_s], [0, 1, 0.0], left=0, right=0)
    return (found.intensity if peak is None else peak) * np.sin(rise * np.pi / 2) ** 2


def timeline_of(events: tuple[Event, ...], duration_s: float = 3.0, fps: float = 30.0) -> Timeline:
    times = np.arange(0, duration_s, 1 / fps)
    noise = np.random.default_rng(0)
    series: dict[str, np.ndarray] = {}
    for e in events:
        sides = series.setdefault(e.au, np.abs(noise.normal(0, 0.06, (len(times), 2))))
        sides[:, 0] += bump(times, e, 0.0 if e.side == "right" else e.left)
        sides[:, 1] += bump(times, e, 0.0 if e.side == "left" else e.right)
    return Timeline(times, series)


@pytest.fixture
def smile() -> Case:
    """The clip of the design's example, with one false claim, one that cannot be checked, and one omission."""
    events = (
        event("AU12", 0.6, 1.2, 3.0, 3.6, left=3.6, right=3.4, offset_seen=False),
        event("AU6", 0.7, 1.1, 2.7, 2.6, left=2.6, right=2.5),
        event("AU25", 1.15, 1.5, 2.3, 1.4, talking=True),
        event("AU14", 1.9, 2.2, 2.6, 2.3, "left", left=2.3, right=0.0),
    )
    trace = Trace(
        observations=(
            "Until 0.5 s the face is at rest. From 0.6 s both lip corners are drawn up and back (AU12); the movement climbs to "
            "a severe peak at 1.2 s and holds to the end.",
            "The cheeks rise with it (AU6, marked, peak 1.1 s) and narrow the eyes from below. The lips part slightly (AU25) "
            "once the peak is reached.",
            "The brows are lowered (AU4) at 2.0 s; the chin was pushed up (AU17) behind a hand between 1.6 and 1.9 s.",
        ),
        interpretation="The cheeks and the lip corners start within a tenth of a second of each other and peak together, the "
        "pattern usually seen when a smile reaches the eyes. Surprise was considered because the lips part, but neither brow "
        "nor upper lid rises.",
        conclusion="happiness",
    )
    out = TraceOut.of(trace)
    claims = claims_in(
        out.text,
        [
            ("Until 0.5 s the face is at rest", None, "supported", "no event before 0.60 s"),
            ("both lip corners are drawn up and back (AU12)", "AU12", "supported", "AU12 on both sides from 0.60 s"),
            ("a severe peak at 1.2 s", "AU12", "supported", "peak 3.6 (D) at 1.20 s"),
            ("cheeks rise with it (AU6, marked, peak 1.1 s)", "AU6", "supported", "AU6 2.6 (C), peak at 1.10 s"),
            ("lips part slightly (AU25)", "AU25", "supported", "AU25 1.4 (B) from 1.15 s"),
            (
                "brows are lowered (AU4) at 2.0 s",
                "AU4",
                "contradicted",
                "AU4 stayed at or below 0.2 while both brows were visible",
            ),
            ("chin was pushed up (AU17)", "AU17", "unverifiable", "the chin was hidden from 1.60 to 1.90 s"),
            ("peak together", "AU6", "supported", "apexes 0.10 s apart"),
            ("peak together", "AU12", "supported", "apexes 0.10 s apart"),
            ("neither brow nor upper lid rises", "AU1", "supported", "no AU1, AU2 or AU5 event"),
        ],
    )
    probabilities = {
        "happiness": 0.914,
        "surprise": 0.05,
        "neutral": 0.02,
        "sadness": 0.006,
        "anger": 0.004,
        "fear": 0.003,
        "disgust": 0.003,
    }
    one = person(
        hidden=tuple(Hidden(part=p, reason="hand or object", spans=(Span(start_s=1.6, end_s=1.9),)) for p in ("mouth", "chin")),
        talking_s=((2.05, 2.45),),
        seen_s=((0.0, 2.8),),
        events=events,
        trace=out,
        claims=claims,
        omissions=(3,),
        label=LabelResult(name="happiness", probability=0.914, abstained=False, threshold=0.5, probabilities=probabilities),
        warnings=(Note(code="talking", message="The person talks for part of the clip; mouth movements may be speech."),),
    )
    moments = tuple(
        Moment(time, caption, picture(i), BOX, index)
        for i, (time, caption, index) in enumerate(
            [(0.6, "AU12 onset", 0), (1.2, "AU12 apex", 0), (0.7, "AU6 onset", 1), (1.1, "AU6 apex", 1), (2.2, "AU14 apex", 3)]
        )
    )
    timeline = timeline_of(events)
    for au in ("AU12", "AU14", "AU25"):
        timeline.intensity[au][(timeline.times_s >= 1.6) & (timeline.times_s <= 1.9)] = np.nan
    return report(one), {0: Pictures(timeline, moments)}


@pytest.fixture
def five() -> Case:
    """Five people in a still image; the second wears sunglasses, the fourth was not explained."""
    sunglasses = tuple(
        Hidden(part=p, reason="sunglasses", spans=(Span(start_s=0, end_s=0),)) for p in ("left eye", "right eye")
    )
    people = []
    for track in range(5):
        events = (event("AU12", 0, 0, 0, 1.2 + 0.7 * track), event("AU4", 0, 0, 0, 2.4, left=2.4, right=1.1))[: 1 + track % 2]
        trace = TraceOut.of(
            Trace(observations=("The lip corners are drawn up (AU12).",), interpretation="-", conclusion="happiness")
        )
        people.append(
            person(
                track,
                main=track == 2,
                why="The largest face." if track == 2 else "Smaller than the face of the main person.",
                seen_s=((0.0, 0.0),),
                events=events,
                hidden=sunglasses if track == 1 else (),
                trace=None if track == 3 else trace,
                claims=()
                if track == 3
                else claims_in(trace.text, [("lip corners are drawn up", "AU12", "supported", "AU12 measured")]),
                label=None
                if track == 3
                else LabelResult(
                    name="happiness",
                    probability=0.5 + 0.1 * track,
                    abstained=False,
                    threshold=0.4,
                    probabilities={"happiness": 0.5 + 0.1 * track, "neutral": 0.5 - 0.1 * track},
                ),
                warnings=(Note(code="no_dynamics", message="A still image: no onset, apex or offset."),),
            )
        )
    pictures = {t: Pictures(None, (Moment(0.0, "AU12", picture(t), BOX, 0),)) for t in range(5)}
    return report(*people, path="group.jpg", kind="image", duration_s=0.0, frames=1, fps=None), pictures


@pytest.fixture
def observed(smile: Case) -> Case:
    """Observe mode: the same movements, no label."""
    whole, pictures = smile
    return whole.model_copy(update={"people": (whole.people[0].model_copy(update={"label": None}),)}), pictures


@pytest.fixture
def unsure(smile: Case) -> Case:
    whole, pictures = smile
    label = LabelResult(
        name=None,
        probability=0.41,
        abstained=True,
        threshold=0.5,
        probabilities={"happiness": 0.41, "surprise": 0.35, "fear": 0.24},
    )
    return whole.model_copy(update={"people": (whole.people[0].model_copy(update={"label": label}),)}), pictures


@pytest.fixture
def still_face() -> Case:
    """Nothing moved, nothing was written, no picture was kept."""
    return report(person()), {}


HOSTILE = '<script>alert(1)</script> ![x](http://evil.example/x.png) <img src=http://evil.example/y onerror=alert(2)> " onx="'


@pytest.fixture
def hostile() -> Case:
    """Markup, text-direction marks, terminal escapes and a very long word wherever a report holds free text."""
    trace = TraceOut.of(
        Trace(
            observations=(HOSTILE, "The brows \u202ekcol\u202c are \x1b[31mlowered.", "x" * 10_000),
            interpretation="</p></section><style>body{display:none}</style>",
            conclusion="]]>--><svg onload=alert(3)>",
        )
    )
    claims = claims_in(
        trace.text,
        [("<script>alert(1)</script>", "AU4", "contradicted", HOSTILE), ("x" * 10_000, None, "unverifiable", "y" * 500)],
    )
    one = person(
        why=HOSTILE,
        events=(event("AU4", 0.5, 1.0, 1.5, 2.5),),
        trace=trace,
        claims=claims,
        label=LabelResult(
            name=HOSTILE, probability=0.7, abstained=False, threshold=0.5, probabilities={HOSTILE: 0.7, "\u202eb": 0.3}
        ),
        warnings=(Note(code=HOSTILE, message=HOSTILE),),
    )
    moment = Moment(1.0, HOSTILE, picture(), BOX, 0)
    whole = report(one, path='/tmp/../\u202egpj.<b>x".mp4')
    return whole.model_copy(update={"warnings": (Note(code="x", message=HOSTILE),)}), {0: Pictures(None, (moment,))}


_VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Parses strictly: fails on a tag that is not closed, or closed out of turn."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.marks: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), f"an attribute twice in {tag}"
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self.marks.append((str(dict(attrs)["class"]), ""))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)
        if "mark" in self.open:
            self.marks[-1] = (self.marks[-1][0], self.marks[-1][1] + data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.text).split())


@pytest.fixture
def parse() -> type[Page]:
    return Page

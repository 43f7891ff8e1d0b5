"""The Ray engine on a cluster of two nodes on this machine, one of which is killed."""

import sys
import threading

import pytest

from cot_engine.captioning.clip import How, Task
from cot_engine.captioning.inputs import from_input
from cot_engine.captioning.model import Model
from cot_engine.captioning.ray_engine import ray_engine
from cot_engine.captioning.read import captions, duplicates, rejects
from cot_engine.captioning.run import Cancelled, Plan, run
from cot_engine.errors import Refusal
from cot_engine.facs import LABEL_SETS
from cot_engine.reasoners.base import Explanation
from cot_engine.trace import Trace

BASIC = LABEL_SETS["basic-7"]
HOW = How(BASIC, 0.45)


@pytest.fixture(scope="module")
def cluster():
    """Two nodes of one CPU each, and a connection to them."""
    pytest.importorskip("ray")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        import ray
        from ray.cluster_utils import Cluster

        node = {"num_cpus": 1, "object_store_memory": 100 * 2**20, "include_dashboard": False}
        cluster = Cluster(initialize_head=True, head_node_args=node)
        cluster.second = cluster.add_node(num_cpus=1, object_store_memory=100 * 2**20)
        ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
        yield cluster
        ray.shutdown()
        cluster.shutdown()


@pytest.fixture
def clips(tmp_path, real_clip):
    """Twelve files that are no clips, two pictures of a face, and a copy of one of them."""
    folder = tmp_path / "clips"
    folder.mkdir()
    for n in range(12):
        (folder / f"n{n:02d}.mp4").write_bytes(b"no clip" + bytes([n]))
    picture = real_clip("single_face.jpg").read_bytes()
    for name, more in (("p0", b"0"), ("p1", b"1"), ("p2", b"1")):
        (folder / f"{name}.jpg").write_bytes(picture + more)
    return folder


def rows(out):
    return [row.model_dump() for kind in (captions, rejects, duplicates) for row in kind(out)]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_stop_and_a_killed_node_change_neither_the_counts_nor_the_rows(cluster, clips, tmp_path):
    cancel, seen = threading.Event(), []

    def stop_soon(status):
        if status.made == 2:
            cancel.set()

    def kill_in_the_middle(status):
        seen.append(status.done)
        if status.made == 3:
            cluster.remove_node(cluster.second, allow_graceful=False)

    plan = Plan(from_input(str(clips), tmp_path / "cache"), tmp_path / "ray", "codebook", BASIC, workers=2, engine=ray_engine)
    # The command was stopped; given again, it goes on from its journal, and loses a machine.
    with pytest.raises(Cancelled):
        run(plan, stop_soon, cancel)
    counts = run(plan, kill_in_the_middle)["counts"]
    assert [(row.code, row.message) for row in rejects(plan.out) if row.code != "not_a_video"] == []
    assert counts == {"in": 15, "captioned": 2, "rejected": 12, "duplicates": 1}
    assert seen == list(range(1, 16))
    assert len(list(cluster.worker_nodes)) == 0
    here = Plan(plan.source, tmp_path / "local", "codebook", BASIC)
    run(here)
    assert rows(plan.out) == rows(here.out)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_model_outside_the_cluster_explains_what_was_seen_in_it(cluster, clips):
    class Explainer:
        concurrency, frames, asked, closed = 2, 8, 0, 0

        async def explain(self, evidence, pictures, labels, threshold):
            self.asked += 1
            assert [picture.jpeg[:2] for picture in pictures] == [b"\xff\xd8"]
            if self.asked == 2:
                raise Refusal("parse_failed", "No.", "Try again.")
            trace = Trace(observations=("Nothing moves.",), interpretation="Fear.", conclusion="fear")
            return Explanation(trace, {name: float(name == "fear") for name in labels.names})

        async def aclose(self):
            self.closed += 1

    explainer = Explainer()
    tasks = [Task(name, clips / name, name) for name in ("p0.jpg", "n00.mp4", "p1.jpg")]
    found = {o.key: o for o in ray_engine(iter(tasks), Model("told", {}, explainer), HOW, 2) if o is not None}
    assert sorted(str(found[name].code) for name in ("p0.jpg", "p1.jpg")) == ["None", "parse_failed"]
    assert found["n00.mp4"].code == "not_a_video"
    (explained,) = (o.report for o in found.values() if o.report)
    assert (explained.model.name, explained.people[0].label.name) == ("told", "fear")
    assert (explainer.asked, explainer.closed) == (2, 1)


def test_without_tasks_nothing_is_started(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert list(ray_engine(iter(()), Model("codebook"), HOW, 1)) == []


def test_without_ray_it_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(Refusal) as refused:
        list(ray_engine(iter([Task("k", tmp_path / "a.mp4", "a.mp4")]), Model("codebook"), HOW, 1))
    assert refused.value.code == "backend_missing"
    assert "pip install 'cot-engine[cluster]'" in refused.value.hint

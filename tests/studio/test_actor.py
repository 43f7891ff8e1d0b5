import numpy as np
import pytest

pytest.importorskip("pyvista")

from cot_engine.studio.actor import ANCESTRIES, make_actor, phenotype_weights
from cot_engine.studio.rig import load_rig


def test_the_same_seed_gives_the_same_person_and_another_seed_another():
    first, again, other = make_actor(5), make_actor(5), make_actor(6)
    assert np.array_equal(first.rest, again.rest)
    assert first.groups == again.groups
    assert np.abs(first.rest - other.rest).max() > 0.002


def test_hundred_people_cover_every_group():
    groups = [make_actor(seed).groups for seed in range(100)]
    assert {g["skin_tone"] for g in groups} == {"light", "medium", "dark"}
    assert {g["age"] for g in groups} == {"young", "middle", "old"}
    assert {g["gender"] for g in groups} == {"female", "male"}
    assert {g["ancestry"] for g in groups} == set(ANCESTRIES)


def test_phenotype_weights_of_corner_people_are_those_of_one_shape():
    rig = load_rig()
    sliders = {"gender": 0.0, "age": 1.0, "muscle": 0.5, "weight": 0.5, "african": 1.0, "asian": 0.0, "caucasian": 0.0}
    weights = phenotype_weights(rig.phenotype_mask, sliders)
    # An old African man of average build: one ancestry shape and one build shape are at 1, every other shape is at 0.
    assert sorted(weights[weights > 1e-6]) == pytest.approx([1.0, 1.0])


@pytest.mark.slow
def test_phenotype_weights_are_those_of_anny():
    import subprocess
    import sys

    code = """
import numpy as np, torch
from anny.models.phenotype import make_phenotype_anchors, phenotype_blendshape_weights
from cot_engine.studio.actor import phenotype_weights
from cot_engine.studio.rig import load_rig
rng, mask = np.random.default_rng(0), load_rig().phenotype_mask
for _ in range(20):
    names = ("gender", "age", "muscle", "weight", "african", "asian", "caucasian")
    sliders = dict(zip(names, rng.uniform(0.05, 0.95, 7)))
    theirs = phenotype_blendshape_weights(torch.tensor([list(sliders.values())]), list(names),
        make_phenotype_anchors(torch.float64), torch.from_numpy(mask), extrapolate=False)[0].numpy()
    assert np.abs(theirs - phenotype_weights(mask, sliders)).max() < 1e-6
"""
    subprocess.run([sys.executable, "-c", code], check=True)

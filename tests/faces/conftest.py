import numpy as np
import pytest
from PIL import Image
from real_clip import real_clip

from cot_engine import weights
from cot_engine.faces.finder import FaceFinder


@pytest.fixture(scope="session")
def find_faces():
    """Faces of one picture."""
    model = weights.find("face_landmarker").path

    def find(rgb):
        with FaceFinder(model) as finder:
            return finder.find(np.ascontiguousarray(rgb), 0.0)

    return find


@pytest.fixture(scope="session")
def picture():
    return lambda name: np.asarray(Image.open(real_clip(name)).convert("RGB"))

"""Clips: frames with true times, decoded in a process that can be killed."""

from cot_engine.video.clip import Clip, open_clip
from cot_engine.video.ready import stay_ready
from cot_engine.video.types import ClipInfo, Frame, Limits, Note

__all__ = ["Clip", "ClipInfo", "Frame", "Limits", "Note", "open_clip", "stay_ready"]

"""Labelled datasets, one small reader each; ``catalogue`` names them all, ``check`` holds a copy against what was published."""

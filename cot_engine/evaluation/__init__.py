"""Evaluation: whether what was measured, said and concluded is true."""

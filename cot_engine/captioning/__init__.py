"""Bulk runs: a caption for every clip of a dataset, each exactly once, whatever happens in between."""

"""A task of the lmms-eval harness, so that others can run our sets in theirs."""

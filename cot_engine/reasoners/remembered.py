"""What a model remembers of the tokens it has read, so that none is read twice."""

from typing import Any, NamedTuple


class Remembered(NamedTuple):
    """``ids``: T token ids; ``cache``: the keys and values of at least the first T - 1."""

    ids: Any
    cache: Any

    def begins(self, ids: Any) -> bool:
        """Whether a sequence of token ids begins with these."""
        return alike(ids, self.ids) == len(self.ids)

    def unread(self, ids: Any) -> dict[str, Any]:
        """Inputs for (1, T) ``ids`` without the tokens that are remembered; of the cache the rest is dropped."""
        # The last token is read again: what comes after it is asked for.
        remembered = self.cache.get_seq_length()
        kept = min(alike(ids[0], self.ids), remembered, ids.shape[1] - 1)
        self.cache.crop(kept - remembered)
        return {"input_ids": ids[:, kept:], "past_key_values": self.cache}


def nothing(model: Any) -> Any:
    """The cache of a model that has read nothing yet."""
    from transformers import DynamicCache

    return DynamicCache(config=model.config.get_text_config())


def alike(ids: Any, others: Any) -> int:
    """With how many of the same tokens two sequences begin."""
    length = min(len(ids), len(others))
    return int((ids[:length] == others[:length]).int().cumprod(0).sum())

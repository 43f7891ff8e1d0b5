import threading

import pytest

from cot_engine.ahead import ahead


def test_items_come_in_order_and_errors_in_their_place():
    def source():
        yield from range(5)
        raise OSError("broken")

    got = []
    with pytest.raises(OSError, match="broken"):
        got.extend(ahead(source(), 3))
    assert got == list(range(5))


def test_no_more_than_count_are_fetched_ahead():
    fetched, gate = [], threading.Event()

    def source():
        for i in range(100):
            fetched.append(i)
            gate.set()
            yield i

    items = ahead(source(), 4)
    next(items)
    gate.wait(5)
    items.close()
    assert len(fetched) <= 6

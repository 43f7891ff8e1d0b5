import time
from threading import Event

import pytest

pytest.importorskip("gradio")

from cot_engine.ui.running import Running, Stopped, follow


def drain(stream):
    """The news of a stream and its result."""
    news = []
    while True:
        try:
            news.append(next(stream))
        except StopIteration as end:
            return news, end.value


def test_news_come_in_order_and_then_the_result():
    def work(tell):
        for number in range(3):
            tell(number)
            tell(None)
        return "done"

    assert drain(follow(work, Event())) == ([0, 1, 2], "done")


def test_an_error_of_the_work_is_raised_where_the_stream_is_read():
    def work(tell):
        tell("begun")
        raise KeyError("broken")

    stream = follow(work, Event())
    assert next(stream) == "begun"
    with pytest.raises(KeyError):
        next(stream)


def test_a_stop_ends_the_stream_at_once_and_the_work_at_its_next_word():
    stop, ended = Event(), Event()

    def work(tell):
        tell("begun")
        try:
            while True:
                time.sleep(0.01)
                tell(None)
        finally:
            ended.set()

    stream = follow(work, stop)
    assert next(stream) == "begun"
    stop.set()
    begun = time.monotonic()
    with pytest.raises(Stopped):
        next(stream)
    assert time.monotonic() - begun < 0.5
    assert ended.wait(2)


def test_a_reader_who_goes_away_ends_the_work():
    ended = Event()

    def work(tell):
        try:
            while True:
                tell("more")
                time.sleep(0.01)
        finally:
            ended.set()

    stream = follow(work, Event())
    next(stream)
    stream.close()
    assert ended.wait(2)


def test_a_session_stops_its_own_work_alone():
    running = Running()
    mine, other = running.begin("mine"), running.begin("other")
    running.stop("mine")
    running.stop("nobody")
    assert mine.is_set()
    assert not other.is_set()


def test_new_work_of_a_session_ends_what_it_had_under_way():
    running = Running()
    first, second = running.begin("mine"), running.begin("mine")
    assert first.is_set()
    assert not second.is_set()


def test_what_came_of_work_is_kept_until_its_session_leaves():
    running = Running()
    mine, other = running.begin("mine"), running.begin("other")
    running.hold("mine", "result", mine)
    running.hold("other", "their result", other)
    assert running.held("mine") == "result"
    running.hold("mine", "looked at otherwise")
    running.stop("mine")
    assert (running.held("mine"), running.held("other")) == (None, "their result")


def test_nothing_is_kept_for_a_session_that_has_left():
    running = Running()
    stop = running.begin("mine")
    running.stop("mine")
    running.hold("mine", "late", stop)
    running.hold("mine", "later")
    assert running.held("mine") is None


def test_work_that_came_to_nothing_leaves_newer_work_alone():
    running = Running()
    first, second = running.begin("mine"), running.begin("mine")
    running.hold("mine", "of the first", first)
    running.hold("mine", "of the second", second)
    running.forget("mine", first)
    assert running.held("mine") == "of the second"
    running.forget("mine", second)
    assert running.held("mine") is None

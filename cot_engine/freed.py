"""Memory that native libraries have freed: given back to the system, and used again by the next clip's threads."""

import ctypes
from functools import cache
from typing import Any

# Of glibc's malloc.h. Two heaps, so that threads seldom wait for each other.
_M_ARENA_MAX, _HEAPS = -8, 2


def share_heaps() -> None:
    """Lets all threads of this process share two heaps, where the C library is glibc. For programs that read clip after clip,
    to be called before their threads begin: with a heap for every thread, each clip's leave 0.6 MB in pieces too small to give
    back.
    """
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_M_ARENA_MAX, _HEAPS)


@cache
def _trim() -> Any:
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


def give_back() -> None:
    """Returns freed memory to the system, where the C library is glibc; does nothing elsewhere.

    glibc keeps what a thread has freed for that thread's kind. Every clip starts threads of its own (graphs of MediaPipe, a
    reader, an estimator), so without this a long run holds 70 MB more after a dozen clips, all of it free.
    """
    if trim := _trim():
        trim(0)

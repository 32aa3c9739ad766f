"""How a server's many threads share memory."""

from __future__ import annotations

from ctypes import CDLL

_ARENA_MAX = -8  # of glibc's malloc.h


def share() -> bool:
    """Let the threads that are yet to begin share two heaps, where the C library is glibc; return whether it is.

    With a heap for each of hundreds of threads, memory grows by what each has freed and keeps.
    """
    try:
        return bool(CDLL("libc.so.6").mallopt(_ARENA_MAX, 2))
    except (OSError, AttributeError):
        return False

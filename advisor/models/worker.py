"""One thread for what torch computes, but for the models that write: each thread that calls torch has a team of
threads and memory of its own for as long as it lives, and a server's threads are many and live long."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import current_thread
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")
_NAME = "advisor-torch"
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=_NAME)


def run(work: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
    """Return what `work` returns, done in the one thread; work that is begun there goes on there."""
    if current_thread().name.startswith(_NAME):
        return work(*args, **kwargs)
    return _thread.submit(work, *args, **kwargs).result()

"""Keeps the transformers library's progress bars off the terminal while a model loads, and listens to them instead."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import Any

from advisor.models.steps import UNWATCHED, Steps

_ONE = Lock()  # the bars are settings of the whole process
_GGUF = "transformers.modeling_gguf_pytorch_utils"


@contextmanager
def quiet(steps: Steps = UNWATCHED, doing: str = "") -> Iterator[None]:
    """Switch the library's progress bars off, and back to what they were.

    The bar of a GGUF conversion may not heed the switch; it is of use on a terminal, and shown nowhere else.

    :param steps: are told of each piece of work that the library has a bar for, as `doing`.
    """
    from transformers.utils import logging

    def watched(factory: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        bar = factory(*args, **options)
        if not args:
            return bar
        total = len(args[0]) if isinstance(args[0], Sized) else 0
        return _Watched(bar, steps.each(bar, doing, total))

    with _ONE:
        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        listen = getattr(logging, "set_tqdm_hook", lambda _: None)  # older versions tell nobody
        before = listen(watched)
        try:
            with _gguf_bar(watched):
                yield
        finally:
            listen(before)
            if shown:
                logging.enable_progress_bar()


@contextmanager
def _gguf_bar(watched: Callable[[Callable[..., Any], tuple[Any, ...], dict[str, Any]], Any]) -> Iterator[None]:
    """Listen to the bar that knows neither switch nor hook, in the versions of the library that have it."""
    module: Any = import_module(_GGUF) if find_spec(_GGUF) else None
    if not hasattr(module, "tqdm"):
        yield
        return
    factory = module.tqdm
    module.tqdm = lambda *args, **options: watched(factory, args, {"disable": not sys.stderr.isatty(), **options})
    try:
        yield
    finally:
        module.tqdm = factory


class _Watched:
    """A bar whose items are passed on as steps; all else is the bar's own."""

    def __init__(self, bar: Any, items: Iterator[Any]) -> None:
        self._bar, self._items = bar, items

    def __iter__(self) -> Iterator[Any]:
        return self._items

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bar, name)

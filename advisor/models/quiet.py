"""Keeps the transformers library's progress bars out of logs and off the terminal while a model loads."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr


@contextmanager
def quiet() -> Iterator[None]:
    """Switch the library's progress bars off, and back to what they were.

    The bar of a GGUF conversion does not heed the switch; it is of use on a terminal, and goes nowhere else.
    """
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        with nullcontext() if sys.stderr.isatty() else redirect_stderr(io.StringIO()):
            yield
    finally:
        if shown:
            logging.enable_progress_bar()

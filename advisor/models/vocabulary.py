"""A fault in loading a model to the fault of its tokenizer.json, where that file is to blame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from advisor.errors import ModelError

RARE = "𓀀"  # a letter that hardly a vocabulary holds


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Tell of the tokenizer.json in a model's folder if what is done here fails and that file is no tokenizer.

    :raises ModelError: so it is.
    """
    try:
        yield
    except Exception:  # of many types, by what is wrong and by the library's version
        _check(folder / "tokenizer.json")
        raise


def _check(path: Path) -> None:
    from tokenizers import Tokenizer

    if not path.is_file():
        return
    try:
        Tokenizer.from_file(str(path)).encode(RARE)
    except Exception as fault:  # the library raises no narrower one
        said = str(fault).splitlines()[0].rstrip(".")
        raise ModelError(f"{path} is not a tokenizer ({said}); copy the model's whole folder again") from fault

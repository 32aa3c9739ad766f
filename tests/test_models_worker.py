"""worker: one thread does it all, whoever asks, and what is begun there goes on there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import get_ident

import pytest
from fakes import tiny_embedder

from advisor.models import worker
from advisor.models.embedders import load_embedder
from advisor.models.network import LateInteraction
from advisor.models.reader import Reader, Tokens


def test_work_of_many_threads_is_done_in_one() -> None:
    with ThreadPoolExecutor(4) as pool:
        idents = list(pool.map(lambda _: worker.run(get_ident), range(8)))
    assert len(set(idents)) == 1
    assert idents[0] != get_ident()


def test_work_begun_there_goes_on_there() -> None:
    assert worker.run(lambda: worker.run(get_ident)) == worker.run(get_ident)


def test_what_is_raised_there_is_raised_here() -> None:
    with pytest.raises(ZeroDivisionError):
        worker.run(lambda: 1 // 0)


def test_nobody_waits_for_ever(tmp_path: Path) -> None:
    embedder = load_embedder(str(tiny_embedder(tmp_path / "tiny")))
    assert isinstance(embedder, Tokens)
    read = Reader([LateInteraction(embedder.tokens(["cloud"])[0].shape[1]).eval()], embedder)
    work = [lambda: embedder.encode(["cloud devops"]), lambda: read("cloud", ["devops", "cloud"])] * 20
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(one) for one in work]
        assert all(one.result(60) is not None for one in done)

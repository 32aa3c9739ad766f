"""heaps: threads share them where the C library lets them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from advisor.serve import heaps


def test_heaps_are_shared_where_the_c_library_is_glibc(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def mallopt(what: int, value: int) -> int:
        asked.append((what, value))
        return 1

    monkeypatch.setattr(heaps, "CDLL", lambda name: SimpleNamespace(mallopt=mallopt))
    assert heaps.share()
    assert asked == [(-8, 2)]


@pytest.mark.parametrize("fault", [OSError, AttributeError])
def test_another_c_library_is_let_be(fault: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> object:
        raise fault(name)

    monkeypatch.setattr(heaps, "CDLL", none)
    assert not heaps.share()

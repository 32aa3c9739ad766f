"""paths: each corpus has an index of its own beside the default one, and the environment says where."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor import paths


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADVISOR_INDEX", "ADVISOR_CACHE", "ADVISOR_DATA", "ADVISOR_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_the_bundled_data_is_there() -> None:
    assert all(paths.data(room).is_dir() for room in ("corpus", "prompts", "eval"))


def test_the_default_index_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert paths.default_index() == paths.PACKAGE.parent / "index" / "default"
    monkeypatch.setenv("ADVISOR_INDEX", str(tmp_path / "mine"))
    assert paths.default_index() == tmp_path / "mine"


def test_an_installed_package_builds_in_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "site-packages" / "advisor")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert paths.cache() == tmp_path / "career-advisor"
    assert paths.default_index() == tmp_path / "career-advisor" / "index" / "default"
    assert paths.data("corpus") == tmp_path / "site-packages" / "advisor" / "_data" / "corpus"
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "other"))
    assert paths.cache() == tmp_path / "other"


def test_what_a_person_gave_lies_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert paths.user_data() == tmp_path / "home" / ".local" / "share" / "career-advisor"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert paths.user_data() == tmp_path / "share" / "career-advisor"
    monkeypatch.setenv("ADVISOR_DATA", str(tmp_path / "mine"))
    assert paths.user_data() == tmp_path / "mine"


def test_a_corpus_has_a_folder_beside_the_default_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ADVISOR_INDEX", str(tmp_path / "index" / "default"))
    folder = paths.corpus_index([tmp_path / "notes"])
    assert folder.parent == tmp_path / "index"
    assert folder.name.startswith("default-")
    assert folder != paths.default_index()


def test_the_folder_is_of_the_place_and_not_of_how_it_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    monkeypatch.chdir(tmp_path)
    folder = paths.corpus_index([tmp_path / "a"])
    for same in ("a", "./a", "a/../a", "link"):
        assert paths.corpus_index([Path(same)]) == folder
    assert paths.corpus_index([Path("a"), Path("a")]) == folder


def test_other_places_have_other_folders_in_whatever_order(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    assert paths.corpus_index([a, b]) == paths.corpus_index([b, a])
    folders = {paths.corpus_index(places) for places in ([a], [b], [a, b], [tmp_path], [tmp_path / "ab"])}
    assert len(folders) == 5


@pytest.mark.parametrize(("held", "key"), [("sk-1", "sk-1"), (" sk-1\n", "sk-1"), ("", None), ("  ", None)])
def test_the_key_is_stripped_and_an_empty_one_is_none(
    monkeypatch: pytest.MonkeyPatch, held: str, key: str | None
) -> None:
    monkeypatch.setenv("ADVISOR_API_KEY", held)
    assert paths.api_key() == key


def test_there_is_no_key_unless_it_is_set() -> None:
    assert paths.api_key() is None


def test_no_other_module_reads_the_environment() -> None:
    readers = {
        path.relative_to(paths.PACKAGE).as_posix()
        for path in paths.PACKAGE.rglob("*.py")
        if re.search(r"\benviron\b|\bgetenv\b", path.read_text(encoding="utf-8"))
    }
    assert readers == {"paths.py"}

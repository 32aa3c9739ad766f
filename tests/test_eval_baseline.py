"""baseline: pieces that fit and lose nothing, and the plain system over them."""

import random
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from advisor import paths
from advisor.errors import CorpusError
from advisor.eval.baseline import SIZE, Baseline, split

CORPUS = sorted(paths.data("corpus").glob("*.md"))


def inked(text: str) -> str:
    return "".join(text.split())


def made_up(seed: int) -> str:
    """Return a text of words, some too long for a piece, and separators of every kind, also in a row."""
    rng = random.Random(seed)
    parts = []
    for _ in range(rng.randint(1, 300)):
        parts.append("x" * rng.choice([1, 3, 7, 12, 40, 499, 500, 501, 1300]) if rng.random() < 0.9 else "é…")
        parts.append(rng.choice([" ", " ", " ", "\n", "\n\n", "\n\n\n", "  ", "\t"]))
    return "".join(parts)


@pytest.mark.parametrize("seed", range(30))
def test_pieces_fit_and_lose_nothing(seed: int) -> None:
    text = made_up(seed)
    pieces = split(text)
    assert max(map(len, pieces)) <= SIZE == 500
    assert all(piece.strip() for piece in pieces)
    assert inked("".join(pieces)) == inked(text)
    assert split(text) == pieces


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_pieces_of_the_bundled_documents(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    pieces = split(text)
    assert max(map(len, pieces)) <= 500
    assert inked("".join(pieces)) == inked(text)
    assert len(pieces) < 4 * len(text) / 500  # they are filled up, and not cut at every separator


def test_split_by_hand() -> None:
    a, b, c = "a" * 300, "b" * 198, "c" * 2
    assert split(f"{a}\n\n{b}") == [f"{a}\n\n{b}"]  # 500 characters
    assert split(f"{a}\n\n{b}\n\n{c}") == [f"{a}\n\n{b}", c]
    assert split(f"{a}\n\n{b}x\n\n{c}") == [a, f"{b}x\n\n{c}"]
    assert split(f"{a}\n{b}\n{c} {a}") == [f"{a}\n{b}", f"{c} {a}"]
    assert split("d" * 1100) == ["d" * 500, "d" * 500, "d" * 100]
    assert split("") == split(" \n\n ") == []


def corpus(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_the_piece_that_both_legs_rank_first_is_first(tmp_path: Path) -> None:
    source = corpus(tmp_path / "c", pay="engineers earn rupees", skills="python and statistics", other="bananas grow")
    baseline = Baseline([source], FakeEmbedder())
    hits = baseline.search("engineers earn rupees", 2)
    assert baseline.texts[hits[0].chunk_id] == "engineers earn rupees"
    assert [hit.rank for hit in hits] == [1, 2]
    assert hits[0].score == pytest.approx(2 / 61)
    assert hits == Baseline([source], FakeEmbedder()).search("engineers earn rupees", 2)


def test_files_of_one_name_in_two_folders_are_both_read(tmp_path: Path) -> None:
    sources = [corpus(tmp_path / "c", notes="first notes"), corpus(tmp_path / "d", notes="second notes")]
    assert sorted(Baseline(sources, FakeEmbedder()).texts.values()) == ["first notes", "second notes"]


def test_a_file_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    source = corpus(tmp_path / "c", notes="notes")
    (source / "picture.png").write_bytes(b"\x89PNG")
    (source / "empty.md").write_bytes(b"")
    assert list(Baseline([source], FakeEmbedder()).texts.values()) == ["notes"]


def test_a_corpus_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"no text in .*gone.*; run: advisor index"):
        Baseline([tmp_path / "gone"], FakeEmbedder())

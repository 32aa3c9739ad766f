"""store.documents: a file is kept whole under a safe name or refused with the fix; only what was added is removed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from advisor.corpus import formats, read
from advisor.errors import CorpusError
from advisor.store.documents import Library

TEXT = "# Tools\n\nGit keeps every version of a file.\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    given = tmp_path / "given"
    given.mkdir()
    (given / "guide.md").write_text("# Guide\n\nPython is read more than it is written.\n")
    return Library([given], tmp_path / "data" / "documents")


def file(tmp_path: Path, text: str | bytes = TEXT, suffix: str = ".md") -> Path:
    path = tmp_path / f"upload{suffix}"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def names(library: Library) -> list[str]:
    """Return all that lies in the folder, hidden or not."""
    return sorted(path.name for path in library.folder.iterdir()) if library.folder.exists() else []


def test_what_is_added_is_a_document_like_any_other(library: Library, tmp_path: Path) -> None:
    assert library.sources == library.given
    document = library.add(file(tmp_path), "tools.md")
    assert names(library) == ["tools.md"]
    assert (library.folder / "tools.md").read_text() == TEXT
    assert library.sources == (*library.given, library.folder)
    assert [(held.document.id, held.added) for held in library.documents()] == [("guide", False), ("tools", True)]
    assert [held.document for held in library.documents()] == list(read.read(library.sources).documents)
    assert document == library.documents()[1].document
    assert library.documents()[0].path == library.given[0] / "guide.md"


def test_a_file_without_a_heading_has_its_own_name_for_a_title(library: Library, tmp_path: Path) -> None:
    assert library.add(file(tmp_path, "Just words.\n", ".txt"), "my notes.txt").title == "my notes"


def test_a_taken_name_gets_a_number_whatever_its_case_and_ending(library: Library, tmp_path: Path) -> None:
    for place, name in enumerate(("guide.md", "GUIDE.md", "guide.txt", "guide (2).md")):
        library.add(file(tmp_path, f"# Guide {place}\n\nText {place}.\n", Path(name).suffix), name)
    assert names(library) == ["GUIDE (3).md", "guide (2) (2).md", "guide (2).md", "guide (4).txt"]
    assert len(read.read(library.sources).documents) == 5
    assert read.read(library.sources).problems == ()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("../../x.md", "is no plain file name; rename"),
        ("/etc/x.md", "is no plain file name"),
        ("..\\x.md", "is no plain file name"),
        ("c:x.md", "is no plain file name"),
        (".hidden.md", "is no plain file name"),
        ("", "is no plain file name"),
        ("a\nb.md", "is no plain file name"),
        ("a\0b.md", "is no plain file name"),
        ("a\u202edm.exe.md", "is no plain file name"),
        ("\ud800.md", "is no plain file name"),
        (f"{'ä' * 99}.md", "more than 200 bytes; rename"),
        ("run.exe", r"run\.exe is of a kind that cannot be read; save it as \.md, "),
        ("md", "is of a kind"),
    ],
)
def test_a_name_that_is_not_safe_is_refused(library: Library, tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        library.add(file(tmp_path), name)
    assert names(library) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["given", "upload.md"]


def test_a_name_with_tags_is_a_name(library: Library, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)>.md"
    assert library.add(file(tmp_path), f" {name} ").source == name
    assert names(library) == [name]


def pdf_without_text() -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    return bytes(pdf.output())


@pytest.mark.parametrize(
    ("suffix", "data", "message"),
    [
        (".md", b"", "x.md is empty"),
        (".md", b" \n", "x.md is empty"),
        (".md", b"---\ntitle: x\n---\n", "x.md holds no text"),
        (".md", b"---\ntitle: [\n---\nText.\n", "x.md has front matter that is not YAML"),
        (".txt", b"some\0text", "x.txt .*(binary|NUL)"),
        (".txt", b"\xff\xff\xff", "x.txt is not UTF-8"),
        (".pdf", b"no pdf", "x.pdf is not a readable PDF"),
        (".pdf", pdf_without_text(), r"x.pdf holds no text \(a scanned PDF needs OCR first\)"),
        (".docx", b"PK\3\4", "x.docx is not a readable DOCX"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_leaves_nothing(
    library: Library, tmp_path: Path, suffix: str, data: bytes, message: str
) -> None:
    with pytest.raises(CorpusError, match=message):
        library.add(file(tmp_path, data, suffix), f"x{suffix}")
    assert names(library) == []


def test_a_file_that_is_too_large_is_not_copied(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "MAX_BYTES", 10)
    with pytest.raises(CorpusError, match=r"x\.md is 0 MB, more than the 0 MB that is read; split it"):
        library.add(file(tmp_path), "x.md")
    assert not library.folder.exists()


def test_the_same_text_twice_is_refused_under_any_name_and_kind(library: Library, tmp_path: Path) -> None:
    library.add(file(tmp_path), "tools.md")
    with pytest.raises(CorpusError, match=r"copy.md has the same text as tools.md, which is there already"):
        library.add(file(tmp_path), "copy.md")
    html = "<h1>Tools</h1><p>Git keeps every version of a file.</p>"
    with pytest.raises(CorpusError, match=r"page\.html has the same text as tools\.md"):
        library.add(file(tmp_path, html, ".html"), "page.html")
    with pytest.raises(CorpusError, match=r"g\.md has the same text as guide\.md"):
        library.add(library.given[0] / "guide.md", "g.md")
    assert names(library) == ["tools.md"]


def test_an_id_that_is_taken_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"x\.md has the id 'guide' of another document; change `id`"):
        library.add(file(tmp_path, f"---\nid: guide\n---\n{TEXT}"), "x.md")
    assert names(library) == []


def test_a_folder_that_cannot_be_written_is_told(library: Library, tmp_path: Path) -> None:
    library.folder.parent.write_text("a file where the folder is to be")
    with pytest.raises(CorpusError, match=rf"x.md cannot be written to {re.escape(str(library.folder))}: "):
        library.add(file(tmp_path), "x.md")


def test_only_what_was_added_can_be_removed(library: Library, tmp_path: Path) -> None:
    library.add(file(tmp_path), "tools.md")
    given = library.given[0] / "guide.md"
    with pytest.raises(CorpusError, match=rf"guide.md was not added here.*: it is the file {re.escape(str(given))}; "):
        library.remove("guide")
    with pytest.raises(CorpusError, match="there is no document 'nothing' any more; reload"):
        library.remove("nothing")
    library.remove("tools")
    assert names(library) == []
    assert given.exists()
    assert library.sources == library.given


def test_while_it_is_removed_no_reader_sees_it_and_an_error_puts_it_back(library: Library, tmp_path: Path) -> None:
    library.add(file(tmp_path), "tools.md")
    seen: list[str] = []

    def fails() -> None:
        with library.removing("tools"):
            seen.extend(held.document.id for held in library.documents())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert seen == ["guide"]
    assert names(library) == ["tools.md"]
    assert [held.document.id for held in library.documents()] == ["guide", "tools"]

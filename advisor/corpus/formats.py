"""One file's bytes to text lines worth cleaning: Markdown and plain text as they are, HTML, PDF and DOCX converted.

Knows file types and encodings; knows nothing of cleaning or structure. Every refusal is a CorpusError with its reason.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from advisor.errors import CorpusError

MAX_BYTES = 20_000_000
_DROPPED_TAGS = [
    "script",
    "style",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "noscript",
    "iframe",
    "svg",
    "button",
]


def text_of(path: Path) -> str:
    """Return the text of a file.

    :raises CorpusError: it is empty, binary, not UTF-8, over 20 MB, of an unknown type, damaged or unreadable.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CorpusError(f"is {size / 1e6:.0f} MB, more than the {MAX_BYTES / 1e6:.0f} MB that is read; split it")
        data = path.read_bytes()
    except OSError as error:
        raise CorpusError(f"cannot be read: {error.strerror or error}") from error
    convert = CONVERTERS.get(path.suffix.lower())
    if convert is None:
        raise CorpusError(f"has an unknown type; known are {', '.join(CONVERTERS)}")
    if not data.strip():
        raise CorpusError("is empty")
    text = convert(data)
    if not text.strip():
        raise CorpusError("holds no text (a scanned PDF needs OCR first)" if path.suffix == ".pdf" else "holds no text")
    return text


def _plain(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if encoding == "utf-8-sig" and b"\x00" in data:
        raise CorpusError("is binary, not text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CorpusError(f"is not UTF-8 (byte {error.start}); save it again as UTF-8") from error


def _html(data: bytes) -> str:
    import warnings

    from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning
    from markdownify import MarkdownConverter

    if b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise CorpusError("is binary, not HTML")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(data, "html.parser")
    for tag in soup(_DROPPED_TAGS):
        tag.decompose()
    converter = MarkdownConverter(heading_style="ATX", bullets="-", strip=["a", "img"], wrap=False)
    text: str = converter.convert_soup(soup.find("main") or soup.find("article") or soup.body or soup)
    return text


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        pages = [page.extract_text().split("\n") for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorpusError(f"is not a readable PDF: {error}") from error
    return "\n".join(line for page in _without_running_heads(pages) for line in page)


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """Drop page numbers, and lines that stand first or last on at least half of three or more pages."""
    edges = Counter(line.strip() for page in pages for line in {*page[:1], *page[-1:]})
    running = {line for line, count in edges.items() if len(pages) >= 3 and count * 2 >= len(pages)}
    return [
        [line for i, line in enumerate(page) if not (i in (0, len(page) - 1) and _is_running(line, running))]
        for page in pages
    ]


def _is_running(line: str, running: set[str]) -> bool:
    return line.strip() in running or line.strip().removeprefix("Page ").isdigit()


def _docx(data: bytes) -> str:
    import zipfile

    import mammoth

    try:
        html = mammoth.convert_to_html(io.BytesIO(data)).value
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise CorpusError(f"is not a readable DOCX: {error}") from error
    return _html(html.encode())


CONVERTERS: dict[str, Callable[[bytes], str]] = {
    ".md": _plain,
    ".markdown": _plain,
    ".txt": _plain,
    ".text": _plain,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
}

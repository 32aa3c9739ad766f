"""One file's bytes to text lines worth cleaning: Markdown and plain text as they are, HTML, PDF and DOCX converted.

Knows file types and encodings; knows nothing of cleaning or structure. Every refusal is a CorpusError with its reason.
"""

from __future__ import annotations

import codecs
import io
import stat
import struct
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.corpus.markup import HIDING
from advisor.errors import CorpusError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

MAX_BYTES = 20_000_000
_BOMS = {  # the marks of UTF-32 first: that of UTF-16 is the beginning of one of them
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
# What the PDF and Word libraries let out, beside errors of their own, when a file is damaged.
_DAMAGE = (
    *(ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError),
    *(TypeError, ValueError, struct.error, zlib.error),
)
# What browsers take these names for (https://encoding.spec.whatwg.org/#names-and-labels).
_MEANT = {"iso-8859-1": "cp1252", "us-ascii": "cp1252", "utf-16": "utf-8"}
# What stands round the text of a page; a header that holds the title, or is of an article, is text.
_PAGE_FURNITURE = (
    "title, script, style, nav, footer, aside, form, noscript, iframe, svg, button,"
    "[hidden], template, datalist, dialog:not([open]),"
    "header:not(main *, article *, :has(h1))"
)


def text_of(path: Path) -> str:
    """Return the text of a file.

    :raises CorpusError: it is empty, binary, not UTF-8, over 20 MB, of an unknown type, damaged or unreadable.
    """
    data = bytes_of(path)
    convert = CONVERTERS.get(suffix := path.suffix.lower())
    if convert is None:
        raise CorpusError(f"has an unknown type; known are {', '.join(CONVERTERS)}")
    if not data.strip():
        raise CorpusError("is empty")
    text = convert(data)
    if not text.strip():
        raise CorpusError("holds no text (a scanned PDF needs OCR first)" if suffix == ".pdf" else "holds no text")
    return text


def bytes_of(path: Path) -> bytes:
    """Return what a file holds.

    :raises CorpusError: it is over 20 MB, a device or a pipe, or unreadable.
    """
    try:
        found = path.stat()
        if found.st_size > MAX_BYTES:
            size = f"{found.st_size / 1e6:.0f} MB"
            raise CorpusError(f"is {size}, more than the {MAX_BYTES / 1e6:.0f} MB that is read; split it")
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
            raise CorpusError("is a device or a pipe, not a file")  # reading one may never end
        return path.read_bytes()
    except OSError as error:
        raise CorpusError(f"cannot be read: {error.strerror or error}") from error


def _plain(data: bytes, encoding: str = "utf-8") -> str:
    """Return the text of bytes in the encoding that their byte order mark names, and without one in `encoding`."""
    encoding = next((marked for mark, marked in _BOMS.items() if data.startswith(mark)), encoding)
    if b"\x00" in data and encoding not in ("utf-16", "utf-32"):
        raise CorpusError("is binary, not text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.upper().removesuffix("-SIG")
        raise CorpusError(f"is not {name} (byte {error.start}); save it again as UTF-8") from error
    except (LookupError, ValueError) as error:
        raise CorpusError(f"names an unknown encoding, {encoding!r}; save it again as UTF-8") from error


def _damaged(kind: str, error: Exception) -> CorpusError:
    """Return the refusal of a damaged file, with the first line of what its library says."""
    said = str(error) or type(error).__name__
    return CorpusError(f"is not a readable {kind}: {said.splitlines()[0]}")


def _html(data: bytes) -> str:
    from bs4.dammit import EncodingDetector

    declared = (EncodingDetector.find_declared_encoding(data, is_html=True) or "utf-8").lower()
    return _markdown(_plain(data, _MEANT.get(declared, declared)))


def _markdown(html: str) -> str:
    import warnings

    from bs4 import BeautifulSoup
    from bs4.builder import ParserRejectedMarkup
    from markdownify import MarkdownConverter

    converter = MarkdownConverter(
        heading_style="ATX",
        bullets="-",
        strip=["a", "img"],
        wrap=False,
        table_infer_header=True,
        escape_asterisks=False,
        escape_underscores=False,
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # its advice to programmers
            soup = BeautifulSoup(html, "html.parser")
        for tag in [*soup.select(_PAGE_FURNITURE), *soup.find_all(style=HIDING)]:
            tag.decompose()
        text: str = converter.convert_soup(_content(soup))
    except RecursionError as error:
        raise CorpusError("is nested too deep to be read") from error
    except (ParserRejectedMarkup, ValueError) as error:
        raise _damaged("HTML page", error) from error
    return text


def _content(soup: BeautifulSoup) -> Tag:
    """Return what holds every <main>, else every <article>, and where these have no <h1>, the page's; else all."""
    for name in ("main", "article"):
        if found := soup(name):
            names = [name] if found[0].find("h1") else [name, "h1"]
            for holder in (found[0], *found[0].parents):
                if len(holder(names)) + (holder.name in names) == len(soup(names)):
                    return holder
    return soup.body or soup


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, DeprecationError, FileNotDecryptedError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        pages = [page.extract_text().split("\n") for page in reader.pages]
    except (DependencyError, FileNotDecryptedError) as error:
        raise CorpusError(f"is an encrypted PDF; save it again without encryption ({error})") from error
    except (PyPdfError, DeprecationError, *_DAMAGE) as error:
        raise _damaged("PDF", error) from error
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
    from xml.parsers.expat import ExpatError

    import mammoth

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:  # of each, no more is read than is announced here
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked - len(data) > MAX_BYTES:  # pictures, which are packed already, add nothing to this
            size = f"{unpacked / 1e6:.0f} MB"
            raise CorpusError(f"unpacks to {size}, over {MAX_BYTES / 1e6:.0f} MB more than the file has; split it")
        html: str = mammoth.convert_to_html(io.BytesIO(data), include_embedded_style_map=False).value
    except (zipfile.BadZipFile, ExpatError, *_DAMAGE) as error:
        raise _damaged("DOCX", error) from error
    return _markdown(html)


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

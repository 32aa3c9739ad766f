"""A report to one page that stands alone: it asks for nothing, and what a document or a model said is text in it."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from string import Template

from advisor.eval.report import Report, dumps

_HERE = Path(__file__)
# What could end the script that holds the JSON, begin a comment in it, or end a line; all of them stand within strings.
_UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def html(report: Report) -> str:
    """Return a report as one HTML file, which shows it with its own script; no other may run in it."""
    style, script = _part("page.css"), _part("page.js")
    return Template(_part("page.html")).substitute(
        style=style,
        style_hash=_hash(style),
        script=script,
        script_hash=_hash(script),
        report=dumps(report).decode().translate(_UNSAFE),
    )


def _part(name: str) -> str:
    return _HERE.with_name(name).read_text(encoding="utf-8")


def _hash(source: str) -> str:
    """Return what a Content-Security-Policy calls an inline source by."""
    return f"sha256-{b64encode(sha256(source.encode()).digest()).decode()}"

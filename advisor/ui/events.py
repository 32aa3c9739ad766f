"""How the page's events run in Gradio, and whose they are."""

from __future__ import annotations

from typing import Any

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
ANSWERING: dict[str, Any] = {"concurrency_limit": None, **QUIET}  # who waits does so in the desk's own line


def owner(request: Any) -> str:
    """Return whose conversations a request is about: the person who logged in, or nobody by name."""
    return getattr(request, "username", None) or ""


def asker(request: Any) -> str:
    """Return by what name the line knows who asks: the person who logged in, or the page that is open."""
    return owner(request) or getattr(request, "session_hash", None) or ""

"""Forbid this Python every connection beyond the machine, from before its first import on.

Python imports a module of this name by itself: a process has it with this folder on PYTHONPATH; conftest.py runs it for
the tests' own process. It is an audit hook, which nothing that is imported later can take away.
"""

import sys

_HERE = ("127.", "::1", "localhost", "0.0.0.0")


def _refuse(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = str(args[1][0])
    elif event == "socket.getaddrinfo" and args[0]:
        host = args[0].decode() if isinstance(args[0], bytes) else str(args[0])
    else:
        return
    if not host.startswith(_HERE):
        raise PermissionError(f"a connection to {host} was attempted; tests run offline")


sys.addaudithook(_refuse)

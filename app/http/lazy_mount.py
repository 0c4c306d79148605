"""Mount a WSGI application under a prefix and build it on its first request.

A process that serves residents alone never pays for loading the console.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

from app.http.edge import Application, Start

CONSOLE = "/console"


class LazyMount:
    """WSGI middleware that sends paths under `path` to the application that `make` builds, others to `inner`."""

    def __init__(self, inner: Application, path: str, make: Callable[[], Application]) -> None:
        self._inner = inner
        self._path = path
        self._make = make
        self._made: Application | None = None
        self._making = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one request; the first requests for the mounted application wait until it is built."""
        path = environ["PATH_INFO"]
        if path != self._path and not path.startswith(f"{self._path}/"):
            return self._inner(environ, start_response)
        return self._mounted()(environ, start_response)

    def _mounted(self) -> Application:
        if self._made is None:
            with self._making:
                if self._made is None:
                    self._made = self._make()
        return self._made

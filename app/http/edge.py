"""Around the whole application: headers for every answer, a request id, one line in the log. No extension, no hook.

The report's door is asked here, before Flask: routing, contexts and hooks cost more than reading the report.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from structlog.contextvars import bind_contextvars

from app.core.clock import now
from app.core.errors import Overloaded
from app.core.i18n import known
from app.core.ids import new_id
from app.http.error_handlers import requested_locale
from app.http.load_shedding import Load
from app.http.problems import problem
from app.http.request_counts import TALLY
from app.http.security_headers import security_headers

Start = Callable[..., Callable[[bytes], object]]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]

ROUTE = "siaga.route"
"""Where the application leaves the rule it matched: logs name rules, never addresses."""
REQUEST_ID = "siaga.request_id"
UNTOLD = "siaga.untold"
"""Set by a door that has answered the reporter of a silent case: neither the log nor the figures know of it.

Else who reads them would take the day's reports from the answers, and know how many cases there are, and when.
"""
UNNAMED = (
    "/api/v1/receipts",
    "/console/kasus",
    "/console/api/kasus",
    "/console/pendamping",
    "/console/darurat",
)
"""Rules that no log or figure names: a line would tell that there is a case, and when somebody opened it."""


FAULTS = "500"


class Edge:
    """WSGI around WSGI (PEP 3333). `direct` doors are asked by (method, path)."""

    def __init__(
        self,
        inner: Application,
        *,
        tls: bool,
        load: Load,
        direct: Mapping[tuple[str, str], Application] | None = None,
    ) -> None:
        self._inner = inner
        self._direct = direct or {}
        self._load = load
        self._headers = list(security_headers(tls=tls).items())
        self._names = {name.lower() for name, _ in self._headers}

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer one request."""
        began = time.perf_counter()
        request_id = environ[REQUEST_ID] = new_id()
        bind_contextvars(
            request_id=request_id
        )  # this thread's until its next request: every line of it has the id
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        door = self._direct.get((method, path))

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            if door is None:
                have = {name.lower() for name, _ in headers} & self._names
                headers += [pair for pair in self._headers if pair[0].lower() not in have]
            else:
                headers += self._headers
            headers.append(("Request-Id", request_id))
            took_s = time.perf_counter() - began
            route = path if door else environ.get(ROUTE) or ""
            if not (environ.get(UNTOLD) or route.startswith(UNNAMED)):
                _write_down(request_id, method, route, status[:3], took_s)
            elif status >= FAULTS:  # a fault is to be mended, whoever met it
                _write_down(request_id, method, "", status[:3], took_s)
            return start_response(status, headers, *rest)

        self._load.enter()
        try:
            if door is None and (pause := self._load.put_off(method, path)):
                return self._put_off(pause, environ, start)
            return (door or self._inner)(environ, start)
        finally:
            self._load.leave()

    def _put_off(self, pause: tuple[str, int], environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Answer that there is no time for this now, and when to ask again."""
        environ[ROUTE] = f"({pause[0]})"
        answer = problem(
            Overloaded(retry_after_s=pause[1]),
            known(requested_locale(environ.get("HTTP_ACCEPT_LANGUAGE"))),
            for_person=environ["PATH_INFO"].startswith("/console"),
        )
        start(answer.status_line, answer.headers)
        return (answer.body,)


def _write_down(request_id: str, method: str, route: str, status: str, took_s: float) -> None:
    """Count an answer, and write its one line."""
    TALLY.count(route, status, took_s)
    sys.stderr.write(
        f'{{"event":"request","level":"info","timestamp":"{now().isoformat()}","process":"web",'
        f'"request_id":"{request_id}","method":"{method if method.isalpha() else ""}",'
        f'"route":"{route}","status":{status},"ms":{took_s * 1000:.2f}}}\n'
    )

"""Wrap the WSGI application: security headers, request id, load shedding and one log line for each request.

The report endpoint is called here, before Flask: routing, contexts and hooks cost more than reading the report.
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
"""Key of the WSGI environ that holds the matched rule; logs name rules, because addresses hold ids."""
REQUEST_ID = "siaga.request_id"
UNRECORDED = "siaga.unrecorded"
"""Key that an endpoint sets after answering the reporter of a silent case: log and metrics leave the request out.

Otherwise a reader of the log could subtract the day's reports from the answers and count the silent cases.
"""
UNNAMED_ROUTES = (
    "/api/v1/receipts",
    "/console/kasus",
    "/console/api/kasus",
    "/console/pendamping",
    "/console/darurat",
)
"""Rules left out of log and metrics: a line would show that a silent case exists, and when it was opened."""
SERVER_FAULT = "500"
"""Lowest status that is counted and logged for every rule, without naming the rule of a silent case."""


class Edge:
    """WSGI middleware (PEP 3333); `direct` maps (method, path) to endpoints that are called before Flask."""

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
        """Answer one request, record it, and refuse it while threads are short."""
        began = time.perf_counter()
        request_id = environ[REQUEST_ID] = new_id()
        bind_contextvars(request_id=request_id)  # kept by this thread until its next request
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        endpoint = self._direct.get((method, path))

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], object]:
            if endpoint is None:
                have = {name.lower() for name, _ in headers} & self._names
                headers += [pair for pair in self._headers if pair[0].lower() not in have]
            else:
                headers += self._headers
            headers.append(("Request-Id", request_id))
            took_s = time.perf_counter() - began
            route = path if endpoint else environ.get(ROUTE) or ""
            if not (environ.get(UNRECORDED) or route.startswith(UNNAMED_ROUTES)):
                _record_answer(request_id, method, route, status[:3], took_s)
            elif status >= SERVER_FAULT:
                _record_answer(request_id, method, "", status[:3], took_s)
            return start_response(status, headers, *rest)

        self._load.enter()
        try:
            if endpoint is None and (pause := self._load.put_off(method, path)):
                return self._answer_overload(pause, environ, start)
            return (endpoint or self._inner)(environ, start)
        finally:
            self._load.leave()

    def _answer_overload(
        self, pause: tuple[str, int], environ: dict[str, Any], start: Start
    ) -> Iterable[bytes]:
        """Answer 503 with `Retry-After` for a request that load shedding put off."""
        environ[ROUTE] = f"({pause[0]})"
        answer = problem(
            Overloaded(retry_after_s=pause[1]),
            known(requested_locale(environ.get("HTTP_ACCEPT_LANGUAGE"))),
            for_person=environ["PATH_INFO"].startswith("/console"),
        )
        start(answer.status_line, answer.headers)
        return (answer.body,)


def _record_answer(request_id: str, method: str, route: str, status: str, took_s: float) -> None:
    """Count an answer and write its log line."""
    TALLY.count(route, status, took_s)
    sys.stderr.write(
        f'{{"event":"request","level":"info","timestamp":"{now().isoformat()}","process":"web",'
        f'"request_id":"{request_id}","method":"{method if method.isalpha() else ""}",'
        f'"route":"{route}","status":{status},"ms":{took_s * 1000:.2f}}}\n'
    )

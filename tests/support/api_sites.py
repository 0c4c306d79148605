"""Serves the interface in process for generated requests, and plays each of them to the sites of other engines too."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis
from schemathesis.checks import CHECKS, CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport.wsgi import WSGI_TRANSPORT, WSGITransport

from app.core.heartbeat import beat
from app.web import Siaga

PROCESSES = ("worker", "live")
OF_A_SOCKET = ("max_redirects", "verify", "cert")


class Site:
    """The web application on one engine, with a report that is there; its other processes are alive."""

    def __init__(self, app: Siaga) -> None:
        self.app = app
        report = app.test_client().post("/api/v1/reports", json={"kind": "flood"}).get_json()
        self.report_id: str = report["id"]
        self.token: str = report["track_token"]
        self._answers_to = (self.report_id, self.token)

    def stand_in_for(self, other: "Site") -> None:
        """Take requests for the report of another site as requests for this one's."""
        self._answers_to = (other.report_id, other.token)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Serve a request as one from this machine."""
        environ["REMOTE_ADDR"] = "127.0.0.1"
        report_id, token = self._answers_to
        environ["PATH_INFO"] = environ["PATH_INFO"].replace(report_id, self.report_id)
        if "HTTP_AUTHORIZATION" in environ:
            environ["HTTP_AUTHORIZATION"] = environ["HTTP_AUTHORIZATION"].replace(token, self.token)
        if environ["PATH_INFO"] == "/readyz":
            for name in PROCESSES:
                beat(self.app.database, name)
        return self.app(environ, start_response)


class _InProcess(WSGITransport):
    """Sends what checks send anew without the options of a socket, which a client in process does not know."""

    def send(self, case: Case[Any], *, session: Any = None, **options: Any) -> Response:
        for name in OF_A_SOCKET:
            options.pop(name, None)
        return super().send(case, session=session, **options)


_IN_PROCESS = _InProcess()


class SchemaInProcess(OpenApiSchema):
    """The interface as openapi.json describes it, asked in process."""

    @property
    def transport(self) -> WSGITransport:
        return _IN_PROCESS


def load_schema(site: Site, config: SchemathesisConfig) -> SchemaInProcess:
    """Read openapi.json from a site; requests generated from it go to that site."""
    _IN_PROCESS._copy_serializers_from(WSGI_TRANSPORT)
    document = site.app.test_client().get("/openapi.json").get_json()
    return SchemaInProcess(document, config.projects.get(document), location="/openapi.json", app=site)


@contextmanager
def played_to(others: list[Site]) -> Iterator[None]:
    """Send each request to `others` too, and check their answers in the same ways."""

    @schemathesis.check
    def other_engines(context: CheckContext, _response: Response, case: Case[Any]) -> None:
        options = context.internals.transport_kwargs or {}
        for other in others:
            to_other = {**options, "app": other}
            answer = case.call(**to_other)
            case.validate_response(
                answer,
                excluded_checks=[other_engines],
                headers=options.get("headers"),
                transport_kwargs=to_other,
            )

    yield
    CHECKS.unregister("other_engines")

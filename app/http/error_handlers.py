"""Answer every exception that Flask catches with a problem document or a page from problems.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.core.errors import SiagaError
from app.core.i18n import LANGUAGE_COOKIE, known
from app.http.problems import as_siaga_error, problem

if TYPE_CHECKING:
    from app import Siaga

_CODES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    411: "length_required",
    413: "too_large",
    414: "address_too_long",
    415: "unsupported_media_type",
    429: "slow_down",
}


class Refused(SiagaError):
    """Request that Flask refused before it reached a view."""

    def __init__(self, status: int, details: dict[str, object]) -> None:
        self.status = status  # type: ignore[misc]
        self.code = _CODES.get(status, "malformed_request")  # type: ignore[misc]
        super().__init__()
        self.extra = details


def init_app(app: Siaga) -> None:
    """Register the error handlers for both sites."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, answer)


def answer(fault: Exception) -> Response:
    """Return the answer for any exception: a page where HTML was requested, else a problem document."""
    for_person = not request.path.startswith("/api/") and "text/html" in request.headers.get("Accept", "")
    reading = request.method in {"GET", "HEAD"}
    return problem(as_siaga_error(fault), locale(), for_person=for_person, reading=reading).response()


def locale() -> str:
    """Return the locale of this request: the cookie's, else the browser's, else Indonesian."""
    return known(
        request.cookies.get(LANGUAGE_COOKIE) or requested_locale(request.headers.get("Accept-Language"))
    )


def requested_locale(header: str | None) -> str | None:
    """Return the first language of `Accept-Language`."""
    return header.split(",")[0].strip() or None if header else None


def _http(fault: HTTPException) -> AnyResponse:
    status = fault.code or 500
    if status < 400:
        return fault.get_response()
    # registered by the console, where it is loaded: staff get the 404 page of the console
    unknown = current_app.extensions.get("siaga.unknown")
    page: AnyResponse | None = unknown(fault) if unknown else None
    if page is not None:
        return page
    methods = getattr(fault, "valid_methods", None)
    return answer(Refused(status, {"allowed": ", ".join(sorted(methods))} if methods else {}))

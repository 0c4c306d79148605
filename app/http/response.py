"""Build HTTP answers as plain values, which the report endpoint sends without Flask and views through Flask."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from flask import Response

JSON = "application/json"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"
STATUS = {
    200: "200 OK",
    201: "201 Created",
    204: "204 No Content",
    401: "401 Unauthorized",
    403: "403 Forbidden",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    409: "409 Conflict",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    422: "422 Unprocessable Content",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
    507: "507 Insufficient Storage",
}


class Answer(NamedTuple):
    """Status, headers and body of an HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def status_line(self) -> str:
        """Return the status line for WSGI."""
        return STATUS.get(self.status) or f"{self.status} Problem"

    def response(self) -> Response:
        """Return the answer as a Flask response."""
        return Response(self.body, self.status, self.headers)


def as_json(document: object, status: int = 200, *, kind: str = JSON) -> Answer:
    """Return a JSON answer with `no-store`."""
    return raw_json(
        json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=str).encode(),
        status,
        kind=kind,
    )


def raw_json(body: bytes, status: int = 200, *, kind: str = JSON) -> Answer:
    """Return a JSON answer from encoded bytes, with `no-store`."""
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    return Answer(status, headers, body)


BUCKET = 4096
"""Bytes to whose multiple `padded` fills an answer."""


def padded(answer: Answer, bucket: int = BUCKET) -> Answer:
    """Return the answer padded with blanks to a multiple of `bucket` bytes, so that its length hides its kind."""
    body = answer.body + b" " * (-len(answer.body) % bucket)
    length = ("Content-Length", str(len(body)))
    return answer._replace(body=body, headers=[length if h[0] == length[0] else h for h in answer.headers])


def page(text: str, status: int = 200) -> Answer:
    """Return an HTML answer with `no-store`."""
    return raw_json(text.encode(), status, kind=HTML)


def with_headers(answer: Answer, headers: dict[str, Any]) -> Answer:
    """Return the answer with `headers` appended."""
    return answer._replace(headers=[*answer.headers, *headers.items()])

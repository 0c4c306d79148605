"""Turn errors into answers: RFC 9457 documents for programs, a page with the 112 call button for people."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.errors import Invalid, SiagaError, Unavailable
from app.core.i18n import say, words
from app.core.log import log
from app.http.response import PROBLEM, Answer, as_json, page, with_headers
from app.http.security_headers import content_policy
from config import ROOT

RETRY_AFTER_S = 5
_CSS = ROOT / "pwa" / "css"


class Unforeseen(SiagaError):
    """Unexpected fault of the server; its answer carries no details."""


def as_siaga_error(fault: BaseException) -> SiagaError:
    """Return the error that answers an exception, and log its type and place without any of the input."""
    if isinstance(fault, SiagaError):
        return fault
    if isinstance(fault, OperationalError | PoolTimeout) or (
        isinstance(fault, DBAPIError) and fault.connection_invalidated
    ):
        log().warning("database_away", fault=type(fault).__name__)
        return Unavailable(retry_after_s=RETRY_AFTER_S)
    if isinstance(fault, DataError):  # text of the client that a column cannot hold
        log().warning("unstorable", fault=type(fault).__name__)
        return Invalid([("", "wrong_type")])
    trace, frame = [], fault.__traceback__
    while frame is not None:
        trace.append(f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}")
        frame = frame.tb_next
    log().error("unforeseen", fault=type(fault).__name__, trace=trace[-8:])
    return Unforeseen()


def problem(fault: SiagaError, locale: str, *, for_person: bool = False, reading: bool = False) -> Answer:
    """Return the answer for an error: code, pointers to the faulty fields and text, without any of the input.

    `reading` marks a request that sent no data: its text must not speak of data that was not stored.
    """
    details: dict[str, Any] = dict(fault.extra)
    headers = {}
    if "retry_after_s" in details:
        headers["Retry-After"] = str(details.pop("retry_after_s"))
    if "allowed" in details:
        headers["Allow"] = details.pop("allowed")
    if fault.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    pointer = fault.pointer
    if isinstance(fault, Invalid):
        pointer = fault.faults[0][0] if fault.faults else None
        details["errors"] = [
            {"pointer": field, "code": code, "detail": _words(locale, f"fault.{code}")}
            for field, code in fault.faults
        ]
    title = _words(locale, f"problem.{fault.code}.title")
    nothing_sent = reading and fault.code == Unavailable.code
    detail = _words(locale, f"problem.{fault.code}.{'reading' if nothing_sent else 'detail'}")
    if for_person:
        hashed = b64encode(sha256(_style().encode()).digest()).decode()
        headers["Content-Security-Policy"] = content_policy({"style-src": f"'sha256-{hashed}'"})
        return with_headers(page(_render_page(locale, title, detail), fault.status), headers)
    document = {
        "type": "about:blank",
        "title": title,
        "status": fault.status,
        "detail": detail,
        "code": fault.code,
    }
    if pointer is not None:
        document["pointer"] = pointer
    return with_headers(as_json(document | details, fault.status, kind=PROBLEM), headers)


def _words(locale: str, key: str) -> str:
    return (
        say(locale, key) if key in words(locale) else say(locale, f"{key.split('.', maxsplit=1)[0]}.unknown")
    )


@cache
def _style() -> str:
    """Return the CSS that an error page embeds, so that it looks the same when no other file can be fetched."""
    return "".join((_CSS / name).read_text("utf-8") for name in ("tokens.css", "base.css"))


def _render_page(locale: str, title: str, detail: str) -> str:
    call, home = say(locale, "problem.call"), say(locale, "problem.home")
    return (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_style()}</style>"
        f'<main class="narrow"><h1>{escape(title)}</h1><p>{escape(detail)}</p>'
        f'<p><a class="call" href="tel:112">{escape(call)}</a></p>'
        f'<p><a class="button quiet" href="/">{escape(home)}</a></p></main></html>'
    )

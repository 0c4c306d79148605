"""Give every console page its texts, headers and CSRF token, and answer faults."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Response, current_app, jsonify, render_template, request, send_from_directory
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from app.accounts import csrf
from app.accounts.request_user import is_inside, member_or_none
from app.console import console
from app.console.shared.route import SIGNED_OUT, console_route, wants_json
from app.core.clock import WITA, wita_time
from app.core.errors import Invalid, SiagaError, Unavailable
from app.core.i18n import LANGUAGE_COOKIE, LOCALES, known, say, words
from app.core.log import log
from app.http.security_headers import PAGE, content_policy, security_headers
from config import ROOT, Settings

WORKERS = {"js/counsellor/vault/worker.js"}
"""Worker scripts with their own policy: they may load scripts of this app and have no network access."""
_FOLDER = ROOT / "pwa"


def locale() -> str:
    """Return the language of this request: its `lang`, else the cookie's, the account's, the browser's."""
    chosen = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LOCALES:
        return chosen
    member = member_or_none()
    if member is not None:
        return known(member.locale)
    return request.accept_languages.best_match(LOCALES) or known(None)


@console.context_processor
def _page_context() -> dict[str, Any]:
    language = locale()
    return {
        "t": lambda key, **values: say(language, key, **values),
        "fault_words": lambda code: _first_words(
            language, f"console.fault.{code}", f"signin.reason.{code}", "console.fault.unknown"
        ),
        "lang": language,
        "other_lang": "en" if language == "id" else "id",
        "other_lang_url": _here_in("en" if language == "id" else "id"),
        "member": member_or_none(),
        "browser": lambda code: " · ".join(
            say(language, f"signin.browser.{part}") for part in code.split("-")
        ),
        "moment": _moment,
        "csrf_token": csrf.token,
        "csrf_field": lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(csrf.token()),
        "asset": lambda name: f"/console/assets/{_release()}/{name}",
    }


def _moment(at: datetime) -> str:
    return f"{at.astimezone(WITA):%d.%m.%Y} {wita_time(at)}"


def _here_in(language: str) -> str:
    try:
        wanted = request.values.get("next")
    except HTTPException:  # a form too large to read
        wanted = None
    kept = {**request.args.to_dict(), **({"next": wanted} if wanted else {})}
    return f"{request.path}?{urlencode(kept | {'lang': language})}"


@console.after_request
def seal(response: Response) -> Response:
    """Set the security headers, the language cookie and `no-store` on a console response."""
    policy = (
        content_policy(PAGE | {"connect-src": f"'self' {_origin(stream_url())}"})
        if response.mimetype == "text/html"
        else None
    )
    tls = current_app.settings.tls  # type: ignore[attr-defined]
    for name, value in security_headers(tls=tls, policy=policy).items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    chosen = request.args.get("lang")
    if chosen in LOCALES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31_536_000, secure=tls, samesite="Lax", path="/")
    return csrf.give_cookie(response)


def stream_url() -> str:
    """Return the address of the stream as this browser reaches it."""
    settings: Settings = current_app.settings  # type: ignore[attr-defined]
    if settings.live_url:
        return urljoin(request.host_url, settings.live_url)
    requested = urlsplit(request.host_url)
    host = requested.hostname or "127.0.0.1"
    name = f"[{host}]" if ":" in host else host
    return f"{requested.scheme}://{name}:{settings.stream_port}/live"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@console.errorhandler(SiagaError)
def answer_fault(fault: SiagaError) -> ResponseReturnValue:
    """Answer a fault as a problem document (RFC 9457) or as a page, whichever was requested."""
    wait = fault.extra.get("retry_after_s")
    headers = {"Retry-After": str(wait)} if wait is not None else {}
    reason = fault.detail or fault.code
    if wants_json():
        problem: dict[str, Any] = {"type": "about:blank", "title": fault_words(fault), "status": fault.status}
        problem |= {"code": fault.code, "reason": reason}
        if isinstance(fault, Invalid):
            problem["errors"] = [{"pointer": pointer, "code": code} for pointer, code in fault.faults]
        answer = jsonify({**fault.extra, **problem})
        answer.mimetype = "application/problem+json"
        return answer, fault.status, headers
    return fault_page(fault.status, reason), fault.status, headers


@console.errorhandler(HTTPException)
def answer_http_fault(fault: HTTPException) -> ResponseReturnValue:
    """Answer a fault of Flask itself, such as a body that is too large, in the same two ways."""
    status = fault.code or 500
    if wants_json():
        answer = jsonify(type="about:blank", title=fault.name, status=status, code="http")
        answer.mimetype = "application/problem+json"
        return answer, status
    return fault_page(status, ""), status


@console.errorhandler(OperationalError)
@console.errorhandler(PoolTimeout)
def answer_database_fault(fault: Exception) -> ResponseReturnValue:
    """Answer 503 with `Retry-After` while the database is away."""
    log().error("database_unavailable", fault=type(fault).__name__)
    return answer_fault(Unavailable("database", retry_after_s=2))


def fault_page(status: int, reason: str, **context: Any) -> str:
    """Return the page of a fault: its title and, where one is known, its reason.

    Signed-in staff see it inside the console's frame. `context` is the template context of the console, which Flask
    adds by itself where a route was matched.
    """
    language, member = locale(), member_or_none()
    return render_template(
        "console/fault.html",
        framed=member is not None and is_inside(member),
        title=_first_words(language, f"signin.fault.{status}", "signin.fault.500"),
        why=_first_words(language, f"signin.reason.{reason}", "signin.fault.what_now"),
        **context,
    )


def fault_words(fault: SiagaError | None) -> str:
    """Return the text that a form shows about its fault, "" without one."""
    if fault is None:
        return ""
    reason = fault.faults[0][1] if isinstance(fault, Invalid) else fault.detail
    language = locale()
    known_reason = f"signin.reason.{reason}"
    key = known_reason if known_reason in words(language) else f"signin.fault.{fault.status}"
    return say(language, key, seconds=fault.extra.get("retry_after_s", 0))


def _first_words(language: str, *keys: str) -> str:
    book = words(language)
    return next(book[key] for key in keys if key in book)


@console_route("/assets/<release>/<path:name>", roles=SIGNED_OUT)
def asset(release: str, name: str) -> ResponseReturnValue:
    """Serve styles, scripts and pictograms; cached for a year under the address of their release."""
    answer = send_from_directory(_FOLDER, name)
    keep = "public, max-age=31536000, immutable" if release == _release() else "no-cache"
    answer.headers["Cache-Control"] = keep
    if name in WORKERS:
        answer.headers["Content-Security-Policy"] = content_policy({"script-src": "'self'"})
    return answer


@cache
def _release() -> str:
    """Return a digest of all files in pwa/, which changes their addresses with each release."""
    whole = sha256()
    for path in sorted(path for path in _FOLDER.rglob("*") if path.is_file()):
        whole.update(str(path.relative_to(_FOLDER)).encode() + path.read_bytes())
    return whole.hexdigest()[:16]

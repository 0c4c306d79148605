"""Anti-forgery: only our own pages may change something in somebody's name.

Two independent proofs, both asked of every state-changing request, signing in included: where the browser says
the request comes from (Sec-Fetch-Site, else Origin), and a token that only our pages carry. Our own
`Referrer-Policy: no-referrer` makes browsers write `Origin: null` on plain forms, so `null` proves nothing by
itself and the token decides where a browser sends no Sec-Fetch-Site.
"""

from __future__ import annotations

from secrets import token_urlsafe
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from flask import Response, current_app, g, request

from app.accounts import sessions
from app.accounts.request_user import cookie_token
from app.core.errors import Forbidden

if TYPE_CHECKING:
    from app import Siaga

HEADER = "X-CSRF-Token"
FIELD = "csrf"


def token() -> str:
    """Return the token for this page: bound to the session, before signing in to a cookie of its own."""
    session_token = cookie_token()
    if session_token:
        return _app().secrets.sign("csrf", sessions.session_id(session_token))
    return _app().secrets.sign("csrf-before", _before())


def check() -> None:
    """Let the request pass if it comes from our own page.

    Raises:
        Forbidden: `forgery_site` or `forgery_token`.
    """
    if not _is_same_site():
        raise Forbidden("forgery_site")
    sent = request.headers.get(HEADER) or request.form.get(FIELD) or ""
    session_token, before = cookie_token(), request.cookies.get(_before_name(), "")
    keep = _app().secrets
    good = bool(session_token) and keep.signed(sent, "csrf", sessions.session_id(session_token))
    good = good or (bool(before) and keep.signed(sent, "csrf-before", before))
    if not good:
        raise Forbidden("forgery_token")


def give_cookie(response: Response) -> Response:
    """Set the cookie that a page before signing in was bound to, if this request made one."""
    fresh = g.get("csrf_before")
    if fresh:
        response.set_cookie(
            _before_name(), fresh, secure=_app().settings.tls, httponly=True, samesite="Strict", path="/"
        )
    return response


def _before() -> str:
    value = request.cookies.get(_before_name()) or g.get("csrf_before")
    if not value:
        value = g.csrf_before = token_urlsafe(24)
    return str(value)


def _before_name() -> str:
    return "__Host-siaga-before" if _app().settings.tls else "siaga-before"


def _is_same_site() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    if origin in {None, "null"}:
        return True
    return origin in {_origin(request.host_url), _origin(_app().settings.public_url or request.host_url)}


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _app() -> Siaga:
    return cast("Siaga", current_app)

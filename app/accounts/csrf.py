"""Refuse state-changing requests that other sites forge (CSRF).

Every state-changing request, signing in included, needs two independent proofs: the origin that the browser reports
(Sec-Fetch-Site, else Origin), and a token that only the app's pages carry. The app's `Referrer-Policy: no-referrer`
makes browsers send `Origin: null` on plain forms, so `null` proves nothing by itself and the token decides where a
browser sends no Sec-Fetch-Site.
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
    """Return the token for this page, bound to the session, or before signing in to a separate cookie."""
    session_token = cookie_token()
    if session_token:
        return _app().secrets.sign("csrf", sessions.session_id(session_token))
    return _app().secrets.sign("csrf-before", _pre_session_value())


def check() -> None:
    """Check that the request comes from a page of the app.

    Raises:
        Forbidden: `forgery_site` or `forgery_token`.
    """
    if not _is_same_site():
        raise Forbidden("forgery_site")
    sent = request.headers.get(HEADER) or request.form.get(FIELD) or ""
    session_token, before = cookie_token(), request.cookies.get(_pre_session_cookie(), "")
    secrets = _app().secrets
    good = bool(session_token) and secrets.signed(sent, "csrf", sessions.session_id(session_token))
    good = good or (bool(before) and secrets.signed(sent, "csrf-before", before))
    if not good:
        raise Forbidden("forgery_token")


def give_cookie(response: Response) -> Response:
    """Set the cookie that binds the token before signing in, if this request created it."""
    created = g.get("csrf_before")
    if created:
        response.set_cookie(
            _pre_session_cookie(),
            created,
            secure=_app().settings.tls,
            httponly=True,
            samesite="Strict",
            path="/",
        )
    return response


def _pre_session_value() -> str:
    value = request.cookies.get(_pre_session_cookie()) or g.get("csrf_before")
    if not value:
        value = g.csrf_before = token_urlsafe(24)
    return str(value)


def _pre_session_cookie() -> str:
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

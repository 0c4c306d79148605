"""Find the member of staff of a request: read the session cookie through Flask-Login, once a request.

Only the manager's loader is registered, without its hooks, so that the public site does no work for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from flask import Request, Response, current_app, request
from flask_login import LoginManager, current_user

from app.accounts import sessions
from app.accounts.known_browsers import KNOWN_FOR, ClientFingerprint, browser_kind, remembered
from app.accounts.passkeys import Site
from app.accounts.sessions import SignedInStaff
from app.accounts.sign_in import SignIn
from app.core.db import Database

if TYPE_CHECKING:
    from app import Siaga


_FORWARDED = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via"}
"""Headers that a proxy adds; with one of these, the client may be another machine."""

WATCH = "/console/api/watch"
"""Every open page polls this address by itself, so it does not count as activity of the member of staff."""


def manager() -> LoginManager:
    """Return the login manager that loads the member of staff of a request."""
    login_manager = LoginManager()
    login_manager.session_protection = None
    login_manager.request_loader(_load_member)
    return login_manager


def member_or_none() -> SignedInStaff | None:
    """Return the signed-in member of staff, perhaps with the first step only; None when signed out."""
    if not current_user.is_authenticated:
        return None
    return cast("SignedInStaff", current_user._get_current_object())  # noqa: SLF001


def is_inside(member: SignedInStaff) -> bool:
    """Return whether both steps are done; on loopback, setting up the second may be postponed."""
    return member.second_factor_at is not None or (
        member.put_off and not member.has_second_factor and may_put_off()
    )


def inside_or_none() -> SignedInStaff | None:
    """Return the member of staff who has done both steps, None otherwise."""
    member = member_or_none()
    return member if member is not None and is_inside(member) else None


def cookie_name() -> str:
    return "__Host-siaga" if _app().settings.tls else "siaga"


def cookie_token(http_request: Request | None = None) -> str:
    """Return the token that the request carries, "" without one."""
    return (http_request or request).cookies.get(cookie_name(), "")


def give_cookie(response: Response, token: str) -> None:
    """Set the session cookie: hidden from scripts, same-site only, deleted when the browser closes."""
    response.set_cookie(
        cookie_name(), token, secure=_app().settings.tls, httponly=True, samesite="Strict", path="/"
    )


def take_cookie(response: Response) -> None:
    """Delete the session cookie."""
    response.delete_cookie(
        cookie_name(), secure=_app().settings.tls, httponly=True, samesite="Strict", path="/"
    )


def database() -> Database:
    """Return the database of this application."""
    return _app().database


def sign_in() -> SignIn:
    """Return the sign-in of this application."""
    return SignIn(_app().database, _app().secrets)


def client_fingerprint() -> ClientFingerprint:
    """Return the client fingerprint of this request."""
    return ClientFingerprint(
        address_hash=_app().secrets.sign("address", request.remote_addr or ""),
        browser=browser_kind(request.user_agent.string),
        known=request.cookies.get(_known_browsers_cookie(), ""),
    )


def remember_browser(response: Response, staff_id: str) -> None:
    """Mark this browser as known to this member of staff, so that guesses elsewhere do not slow it down."""
    response.set_cookie(
        _known_browsers_cookie(),
        remembered(_app().secrets, client_fingerprint(), staff_id),
        max_age=int(KNOWN_FOR.total_seconds()),
        secure=_app().settings.tls,
        httponly=True,
        samesite="Strict",
        path="/",
    )


def site() -> Site:
    """Return the relying party of passkeys in this installation."""
    origin = _app().settings.public_url.rstrip("/") or request.host_url.rstrip("/")
    return Site(urlsplit(origin).hostname or "", origin)


def limits() -> sessions.Limits:
    """Return the time limits of sessions in this installation."""
    idle, absolute = _app().settings.session_limits
    return sessions.Limits(idle=idle, absolute=absolute)


def may_put_off() -> bool:
    """Return whether setting up the second step may be postponed for this request."""
    loopback = {"127.0.0.1", "::1", "localhost"}
    direct = request.remote_addr in loopback and urlsplit(request.host_url).hostname in loopback
    return _app().settings.may_put_off_second_step and direct and not _FORWARDED & set(request.headers.keys())


def _known_browsers_cookie() -> str:
    return "__Host-siaga-known" if _app().settings.tls else "siaga-known"


def _app() -> Siaga:
    return cast("Siaga", current_app)


def _load_member(http_request: Request) -> SignedInStaff | None:
    token = cookie_token(http_request)
    if not token:
        return None
    with database().read() as session:
        found = sessions.find(session, token, limits())
    if found is None:
        return None
    member, due = found
    if due and http_request.path != WATCH:
        with database().write() as session:
            sessions.touch(session, member.session_id)
    return member

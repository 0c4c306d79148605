"""Who is behind a request: our session cookie, read through Flask-Login once a request.

Only the manager's loader is hung in, not its hooks: the public door pays nothing for it.
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
"""What a proxy adds: with one of these, somebody else than this machine may be asking."""

WATCH = "/console/api/watch"
"""Asked by every open page by itself: no sign of life of whoever sits there, or does not."""


def manager() -> LoginManager:
    """Return what finds out who is behind a request."""
    made = LoginManager()
    made.session_protection = None
    made.request_loader(_load)
    return made


def member_or_none() -> SignedInStaff | None:
    """Return who signed in (perhaps with the first step alone), None for a stranger."""
    if not current_user.is_authenticated:
        return None
    return cast("SignedInStaff", current_user._get_current_object())  # noqa: SLF001


def is_inside(member: SignedInStaff) -> bool:
    """Tell whether both steps are done; on loopback, setting up the second may wait."""
    return member.second_factor_at is not None or (
        member.put_off and not member.has_second_factor and may_put_off()
    )


def inside_or_none() -> SignedInStaff | None:
    """Return who is wholly signed in; somebody with a password alone is a stranger here."""
    member = member_or_none()
    return member if member is not None and is_inside(member) else None


def cookie_name() -> str:
    return "__Host-siaga" if _app().settings.tls else "siaga"


def cookie_token(asked: Request | None = None) -> str:
    """Return the token that the request carries, "" without one."""
    return (asked or request).cookies.get(cookie_name(), "")


def give_cookie(response: Response, token: str) -> None:
    """Hand the browser its session: no script reads it, no other site sends it, it ends with the browser."""
    response.set_cookie(
        cookie_name(), token, secure=_app().settings.tls, httponly=True, samesite="Strict", path="/"
    )


def take_cookie(response: Response) -> None:
    """Make the browser forget its session."""
    response.delete_cookie(
        cookie_name(), secure=_app().settings.tls, httponly=True, samesite="Strict", path="/"
    )


def database() -> Database:
    """Return the database of this application."""
    return _app().database


def sign_in() -> SignIn:
    """Return the way in of this application."""
    return SignIn(_app().database, _app().secrets)


def client_fingerprint() -> ClientFingerprint:
    """Return where this request comes from."""
    return ClientFingerprint(
        address_hash=_app().secrets.sign("address", request.remote_addr or ""),
        browser=browser_kind(request.user_agent.string),
        known=request.cookies.get(_known_name(), ""),
    )


def remember_browser(response: Response, staff_id: str) -> None:
    """Mark this browser as one that this member of staff was inside from: guesses elsewhere do not slow it."""
    response.set_cookie(
        _known_name(),
        remembered(_app().secrets, client_fingerprint(), staff_id),
        max_age=int(KNOWN_FOR.total_seconds()),
        secure=_app().settings.tls,
        httponly=True,
        samesite="Strict",
        path="/",
    )


def site() -> Site:
    """Return whom passkeys belong to here."""
    origin = _app().settings.public_url.rstrip("/") or request.host_url.rstrip("/")
    return Site(urlsplit(origin).hostname or "", origin)


def limits() -> sessions.Limits:
    """Return how long sign-ins last here."""
    idle, absolute = _app().settings.session_limits
    return sessions.Limits(idle=idle, absolute=absolute)


def may_put_off() -> bool:
    """Tell whether setting up the second step may wait here."""
    nearby = {"127.0.0.1", "::1", "localhost"}
    direct = request.remote_addr in nearby and urlsplit(request.host_url).hostname in nearby
    return _app().settings.may_put_off_second_step and direct and not _FORWARDED & set(request.headers.keys())


def _known_name() -> str:
    return "__Host-siaga-known" if _app().settings.tls else "siaga-known"


def _app() -> Siaga:
    return cast("Siaga", current_app)


def _load(asked: Request) -> SignedInStaff | None:
    token = cookie_token(asked)
    if not token:
        return None
    with database().read() as session:
        found = sessions.find(session, token, limits())
    if found is None:
        return None
    member, due = found
    if due and asked.path != WATCH:
        with database().write() as session:
            sessions.touch(session, member.session_id)
    return member

"""Build the security headers of every answer, with a Content-Security-Policy that lists what a page may load."""

from __future__ import annotations

from collections.abc import Mapping

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
}
_NOTHING = {
    "default-src": "'none'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}
PAGE = {
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob: data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
}
"""Directives of a page of this app: scripts, styles, data and pictures from its own origin alone."""
HSTS = "max-age=63072000; includeSubDomains"


def content_policy(allowed: Mapping[str, str] | None = None) -> str:
    """Return a Content-Security-Policy that allows `allowed` (directive → sources) alone."""
    return "; ".join(f"{name} {sources}" for name, sources in (_NOTHING | dict(allowed or {})).items())


def security_headers(*, tls: bool, policy: str | None = None) -> dict[str, str]:
    """Return the headers for one answer; `policy` defaults to allowing nothing."""
    headers = _ALWAYS | {"Content-Security-Policy": policy or content_policy()}
    return headers | {"Strict-Transport-Security": HSTS} if tls else headers

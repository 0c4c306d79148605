"""Signs requests to push services with the server's key (VAPID, RFC 8292)."""

from __future__ import annotations

import base64
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

VALID_S = 12 * 3600
"""RFC 8292 allows 24 hours; half leaves room for clocks that are wrong."""


@cache
def public_key(file: Path) -> str:
    """Return the public key of a PEM file as browsers expect it: the point, base64url."""
    return _text(_point(_private(file)))


def origin(endpoint: str) -> str:
    """Return scheme, host and port of an address, the audience of the signature."""
    return "/".join(endpoint.split("/", 3)[:3])


class Vapid:
    """Makes an `Authorization` header for each origin and renews it after half its validity."""

    def __init__(self, file: Path, subject: str) -> None:
        self._key = _private(file)
        self._public = public_key(file)
        self._subject = subject
        self._made: dict[str, tuple[float, str]] = {}

    def header(self, audience: str) -> str:
        """Return the header for a push service."""
        renew_at, value = self._made.get(audience, (0.0, ""))
        if time.time() >= renew_at:
            value = self._sign(audience)
            self._made[audience] = (time.time() + VALID_S / 2, value)
        return value

    def _sign(self, audience: str) -> str:
        from py_vapid import Vapid02

        claims: dict[str, Any] = {
            "aud": audience,
            "exp": int(time.time()) + VALID_S,
            "sub": self._subject,
        }
        return str(Vapid02(private_key=self._key).sign(claims)["Authorization"])


def _private(file: Path) -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(file.read_bytes(), None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError(f"{file.name} holds no elliptic-curve key")
    return key


def _point(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

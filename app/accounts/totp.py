"""Check six-digit codes of an authenticator app (TOTP, RFC 6238); each code works once, with one step of drift."""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.core.clock import now
from app.core.secrets import Secrets

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

STEP_S = 30
DRIFT = 1
"""Steps that a phone's clock may be ahead or behind."""
ISSUER = "Siaga 112 Bontang"


def proposed_secret(secrets: Secrets, staff_id: str, session_id: str) -> str:
    """Return the secret offered for set-up, derived from the session: the same on each call and stored nowhere."""
    return base64.b32encode(bytes.fromhex(secrets.sign("totp-offer", staff_id, session_id))[:20]).decode()


def address_of(secret: str, name: str) -> str:
    """Return the `otpauth:` URI that authenticator apps read."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def drawing(address: str) -> str:
    """Return the address as a QR code (inline SVG with four light modules around, without style attributes)."""
    import segno

    return segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )


def step_of(secret: str, code: str) -> int | None:
    """Return the time step of `code`, None for a wrong code; every step is compared, for constant time."""
    import pyotp

    generator, present = pyotp.TOTP(secret), int(now().timestamp()) // STEP_S
    typed, found = "".join(code.split()).encode(), None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), typed):
            found = step
    return found


def use_step(session: Session, staff_id: str, step: int) -> bool:
    """Mark a time step as used; return False when it or a later step was used before (RFC 6238, section 5.2)."""
    taken = session.execute(
        update(Staff)
        .where(Staff.id == staff_id, or_(Staff.totp_last_step.is_(None), Staff.totp_last_step < step))
        .values(totp_last_step=step)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def sealed(secrets: Secrets, staff_id: str, secret: str) -> str:
    """Return the secret encrypted for storage, so that a copy of the database alone makes no codes."""
    import os

    nonce = os.urandom(12)
    return base64.b64encode(
        nonce + _cipher(secrets).encrypt(nonce, secret.encode(), staff_id.encode())
    ).decode()


def opened(secrets: Secrets, staff_id: str, stored: str) -> str:
    """Return the decrypted secret."""
    raw = base64.b64decode(stored)
    return _cipher(secrets).decrypt(raw[:12], raw[12:], staff_id.encode()).decode()


def _cipher(secrets: Secrets) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(bytes.fromhex(secrets.sign("totp-key")))

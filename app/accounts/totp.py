"""Six digits from an app on the phone (RFC 6238): set up once, each code good once, one step of drift."""

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
"""Steps that a phone's clock may be wrong, each way."""
ISSUER = "Siaga 112 Bontang"


def proposed_secret(keep: Secrets, staff_id: str, session_id: str) -> str:
    """Return the secret offered for set-up: the same on every look within one session, stored nowhere."""
    return base64.b32encode(bytes.fromhex(keep.sign("totp-offer", staff_id, session_id))[:20]).decode()


def address_of(secret: str, name: str) -> str:
    """Return the `otpauth:` address that authenticator apps read."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def drawing(address: str) -> str:
    """Return the address as a QR drawing (inline SVG: four light modules around, no style of its own)."""
    import segno

    return segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )


def step_of(secret: str, code: str) -> int | None:
    """Return the time step that `code` belongs to, None for a wrong one; every step is compared."""
    import pyotp

    generator, present = pyotp.TOTP(secret), int(now().timestamp()) // STEP_S
    typed, found = "".join(code.split()).encode(), None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(generator.generate_otp(step).encode(), typed):
            found = step
    return found


def use_step(session: Session, staff_id: str, step: int) -> bool:
    """Take a step for good; False when it, or a later one, was used before (RFC 6238, section 5.2)."""
    taken = session.execute(
        update(Staff)
        .where(Staff.id == staff_id, or_(Staff.totp_last_step.is_(None), Staff.totp_last_step < step))
        .values(totp_last_step=step)
    )
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def sealed(keep: Secrets, staff_id: str, secret: str) -> str:
    """Return the secret as it is stored: a copy of the database alone makes no codes."""
    import os

    nonce = os.urandom(12)
    return base64.b64encode(nonce + _box(keep).encrypt(nonce, secret.encode(), staff_id.encode())).decode()


def opened(keep: Secrets, staff_id: str, stored: str) -> str:
    """Return the secret behind what is stored."""
    raw = base64.b64decode(stored)
    return _box(keep).decrypt(raw[:12], raw[12:], staff_id.encode()).decode()


def _box(keep: Secrets) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(bytes.fromhex(keep.sign("totp-key")))

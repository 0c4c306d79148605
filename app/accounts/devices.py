"""Recognise residents' devices by a random id and a secret made on the phone.

A report from an unproven device is accepted all the same; it only has no device.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Device

_SHAPE = re.compile(r"([0-9a-fA-F-]{32,36})\.([0-9a-fA-F]{32})")


@dataclass(frozen=True, slots=True)
class DeviceClaim:
    """Identity that a phone claims; valid when the stored hash is equal or none is stored yet."""

    id: str
    secret_hash: str


def read_device(header: str | None) -> DeviceClaim | None:
    """Read the header `Siaga-Device: <uuid>.<32 hex digits>`; return None for anything else."""
    shape = _SHAPE.fullmatch(header.strip()) if header else None
    if shape is None:
        return None
    try:
        device_id = str(UUID(shape[1]))
    except ValueError:
        return None
    return DeviceClaim(device_id, hashlib.sha256(shape[2].lower().encode()).hexdigest())


def known_device(session: Session, claim: DeviceClaim | None, *, at: datetime) -> str | None:
    """Return the id of a proven device, storing it on its first report; None otherwise."""
    if claim is None:
        return None
    stored = session.scalar(select(Device.secret_hash).where(Device.id == claim.id))
    if stored is None:
        session.add(Device(id=claim.id, secret_hash=claim.secret_hash, first_seen_at=at))
        session.flush()
        return claim.id
    return claim.id if compare_digest(stored, claim.secret_hash) else None

"""Residents' devices: a random id and a secret made on the phone. A device proves itself; nobody is refused for it."""

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
    """What a phone says it is; true when the stored hash is the same or none is stored yet."""

    id: str
    secret_hash: str


def read_device(header: str | None) -> DeviceClaim | None:
    """Read `Siaga-Device: <uuid>.<32 hex digits>`; anything else is no device."""
    shape = _SHAPE.fullmatch(header.strip()) if header else None
    if shape is None:
        return None
    try:
        device_id = str(UUID(shape[1]))
    except ValueError:
        return None
    return DeviceClaim(device_id, hashlib.sha256(shape[2].lower().encode()).hexdigest())


def known_device(session: Session, claim: DeviceClaim | None, *, at: datetime) -> str | None:
    """Return the id of a device that proved itself, written down at first sight; None otherwise."""
    if claim is None:
        return None
    stored = session.scalar(select(Device.secret_hash).where(Device.id == claim.id))
    if stored is None:
        session.add(Device(id=claim.id, secret_hash=claim.secret_hash, first_seen_at=at))
        session.flush()
        return claim.id
    return claim.id if compare_digest(stored, claim.secret_hash) else None

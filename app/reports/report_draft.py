"""Defines a report as plain values, which every endpoint hands to the intake; reads idempotency keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from app.accounts.devices import DeviceClaim
from app.core.ids import new_id

_FOREIGN_KEYS = UUID("6f1d2a64-0f3b-5c1e-9a52-112112112112")
"""Namespace of idempotency keys that are not UUIDs (RFC 9562, section 5.5)."""
_PLACEHOLDERS = (UUID(int=0), UUID(int=2**128 - 1))
"""UUIDs that clients send as placeholders (RFC 9562, sections 5.9 and 5.10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """A report before it is stored. Its text is valid Unicode without NUL; its coordinates are in range."""

    key: str
    body_hash: str
    kind: str
    kind_word: str | None = None
    source: str = "none"
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None
    age_s: float | None = None
    landmark: str | None = None
    kelurahan: str | None = None
    """A code, or a name as the reporter wrote it."""
    description: str | None = None
    answers: str = "{}"
    contact_name: str | None = None
    contact_phone: str | None = None
    may_call: bool = False
    locale: str = "id"
    made_at: datetime | None = None
    channel: str = "app"
    device: DeviceClaim | None = None
    simulation: bool = False
    """A drill or a demonstration, marked in the transaction that writes it, so that it never shows as real."""


def read_key(header: str | None, scope: str = "") -> str:
    """Return the idempotency key as a UUID: as sent, derived from the header, or new. Accepts any header.

    A header that is not a UUID counts within `scope` only, since two senders may both number their reports from 1.
    """
    if not header:
        return new_id()
    if is_uuid(header):
        return str(UUID(header))
    return str(uuid5(_FOREIGN_KEYS, f"{scope}|{header}"))


def is_uuid(header: str | None) -> bool:
    """Return whether an idempotency key is a UUID as the API requires, other than the nil and the max UUID."""
    try:
        return UUID(header or "") not in _PLACEHOLDERS
    except ValueError:
        return False

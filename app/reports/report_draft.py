"""What somebody said, as plain values: the hand-over from a door to the dispatch room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from app.accounts.devices import DeviceClaim
from app.core.ids import new_id

_FOREIGN_KEYS = UUID("6f1d2a64-0f3b-5c1e-9a52-112112112112")
"""Name space of idempotency keys that are no UUID (RFC 9562, section 5.5)."""
_NOBODYS = (UUID(int=0), UUID(int=2**128 - 1))
"""UUIDs that programs send when they have none (RFC 9562, sections 5.9 and 5.10)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDraft:
    """A report before it is one. Words are clean (no NUL, no half characters); the place is on the globe."""

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
    """A code, or a name as people write it."""
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
    """A drill or a demonstration: marked in the transaction that writes it, so that nobody ever sees it as real."""


def read_key(header: str | None, scope: str = "") -> str:
    """Return the idempotency key as a UUID: as sent, made from what was sent, or new. Never refuses.

    A word that is no UUID is good within `scope` alone: two that both count their reports from 1 are two.
    """
    if not header:
        return new_id()
    if is_uuid(header):
        return str(UUID(header))
    return str(uuid5(_FOREIGN_KEYS, f"{scope}|{header}"))


def is_uuid(header: str | None) -> bool:
    """Tell whether an idempotency key is what the contract asks for; the empty and the full UUID are words."""
    try:
        return UUID(header or "") not in _NOBODYS
    except ValueError:
        return False

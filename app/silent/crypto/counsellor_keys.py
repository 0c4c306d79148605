"""Store counsellors' public keys, and their private keys as encrypted by their browsers.

The server opens none of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.core.errors import Conflict, Invalid, NotFound
from app.core.lazy_import import late
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.counsellor_case import Counsellor
from app.silent.crypto.signed_roster import b64, key_id
from app.silent.sealed_models import CounsellorKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec
else:
    ec = late("cryptography.hazmat.primitives.asymmetric.ec")

LEAST_ROUNDS = 600_000
MOST_KEYS = 8
"""Maximum keys of one counsellor; more is a mistake for an administrator to check."""
_BASE64URL = r"^[A-Za-z0-9_-]+$"


class EncryptedKey(BaseModel):
    """Hold a private key encrypted under a passphrase: 32 bytes and their tag, base64url."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kdf: Literal["PBKDF2-SHA-256"]
    rounds: int = Field(ge=LEAST_ROUNDS, le=100_000_000)
    salt: str = Field(min_length=22, max_length=64, pattern=_BASE64URL)
    iv: str = Field(min_length=16, max_length=16, pattern=_BASE64URL)
    ciphertext: str = Field(min_length=64, max_length=64, pattern=_BASE64URL)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Identify another counsellor's key in the roster."""

    key_id: str
    name: str


def own_keys(session: Session, staff_id: str) -> Sequence[CounsellorKey]:
    """Return a counsellor's keys that are not revoked, newest first."""
    query = select(CounsellorKey).where(
        CounsellorKey.staff_id == staff_id, CounsellorKey.revoked_at.is_(None)
    )
    return session.scalars(query.order_by(CounsellorKey.created_at.desc())).all()


def own_key(session: Session, staff_id: str, key_id: str) -> CounsellorKey:
    """Return one key of this counsellor.

    Raises:
        NotFound: another counsellor's key, revoked, or unknown.
    """
    row = session.get(CounsellorKey, key_id) if len(key_id) == 16 else None
    if row is None or row.staff_id != staff_id or row.revoked_at is not None:
        raise NotFound
    return row


def add_key(session: Session, counsellor: Counsellor, *, public: bytes, wrapped: object) -> str:
    """Store a key made in the counsellor's browser; return its id. It reads nothing until a roster contains it.

    Raises:
        Invalid: no point of the curve, or a malformed encrypted key.
        Conflict: the counsellor has too many keys, or this key is already stored.
    """
    point, blob = _point(public), _wrapped(wrapped)
    name = key_id(point)
    if (
        len(own_keys(session, counsellor.staff_id)) >= MOST_KEYS
        or session.get(CounsellorKey, name) is not None
    ):
        raise Conflict("key_exists")
    session.add(
        CounsellorKey(
            key_id=name,
            staff_id=counsellor.staff_id,
            public=point,
            wrapped=blob.model_dump_json(),
            created_at=counsellor.moment,
        )
    )
    session.flush()
    _record(session, counsellor, "key_made", name)
    return name


def wrap_again(session: Session, counsellor: Counsellor, name: str, wrapped: object) -> None:
    """Store the same key encrypted under another passphrase.

    Raises:
        Invalid: the encrypted form is malformed.
        NotFound: the key is not this counsellor's.
    """
    own_key(session, counsellor.staff_id, name).wrapped = _wrapped(wrapped).model_dump_json()
    _record(session, counsellor, "key_wrapped_again", name)


def key_to_json(row: CounsellorKey) -> dict[str, object]:
    """Return a key in the form that the counsellor's browser opens."""
    return {"id": row.key_id, "public": b64(row.public), "wrapped": json.loads(row.wrapped)}


def colleagues(session: Session, staff_id: str, rostered: set[str]) -> list[Colleague]:
    """Return the other counsellors' keys in the roster, sorted by name."""
    query = (
        select(CounsellorKey.key_id, Staff.name)
        .join(Staff, Staff.id == CounsellorKey.staff_id)
        .where(
            CounsellorKey.key_id.in_(rostered),
            CounsellorKey.staff_id != staff_id,
            CounsellorKey.revoked_at.is_(None),
            Staff.disabled_at.is_(None),
            Staff.cleared,
        )
        .order_by(Staff.name)
    )
    return [Colleague(row.key_id, row.name) for row in session.execute(query)]


def _record(session: Session, counsellor: Counsellor, name: str, key: str) -> None:
    entry = NewLogEntry(
        name=name, at=counsellor.moment, actor="staff", actor_id=counsellor.staff_id, data={"key": key}
    )
    append_log_entries(session, entry)


def _point(public: bytes) -> bytes:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    except ValueError:
        raise Invalid([("/public", "unreadable")]) from None
    if len(public) != 65:
        raise Invalid([("/public", "unreadable")])
    return public


def _wrapped(sent: object) -> EncryptedKey:
    try:
        return EncryptedKey.model_validate(sent)
    except ValidationError:
        raise Invalid([("/wrapped", "unreadable")]) from None

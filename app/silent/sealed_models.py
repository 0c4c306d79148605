"""Define the tables of sealed items: ciphertext, wraps, rosters and counsellor keys.

The server opens none of it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of


class SealedPurpose(StrEnum):
    """List what an envelope can hold."""

    NARRATIVE = "narrative"
    IDENTITY = "identity"
    CHAT = "chat"
    LOCATION = "location"
    MANIFEST = "manifest"


class SealedAuthor(StrEnum):
    """List the authors of an envelope."""

    REPORTER = "reporter"
    COUNSELLOR = "counsellor"
    SYSTEM = "system"


class SealedItem(Base):
    """Store an envelope without its wraps (app/silent/crypto/envelope.py)."""

    __tablename__ = "sealed_item"
    __table_args__ = (
        CheckConstraint(one_of("purpose", SealedPurpose), name="purpose"),
        CheckConstraint(one_of("author", SealedAuthor), name="author"),
        Index("ix_sealed_item_case_id_at", "case_id", "at"),
    )
    id: Mapped[Key]
    case_id: Mapped[Id] = mapped_column(ForeignKey("silent_case.id", ondelete="CASCADE"))
    purpose: Mapped[Code]
    author: Mapped[Code]
    at: Mapped[datetime]
    roster_version: Mapped[int]
    header: Mapped[bytes] = mapped_column(LargeBinary)
    iv: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime | None]


class SealedWrap(Base):
    """Store the content key of an item, wrapped for one key: a counsellor's, recovery or receipt key.

    Deleting it erases the item for that key.
    """

    __tablename__ = "sealed_wrap"
    sealed_id: Mapped[Id] = mapped_column(ForeignKey("sealed_item.id", ondelete="CASCADE"), primary_key=True)
    key_id: Mapped[Code] = mapped_column(primary_key=True, index=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)


class SealedFile(Base):
    """Store the state of an attachment; its ciphertext lies in `<data>/sealed/<id>/`, its key in the manifest."""

    __tablename__ = "sealed_file"
    id: Mapped[Key]
    case_id: Mapped[Id] = mapped_column(ForeignKey("silent_case.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    chunks: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    manifest_sealed_id: Mapped[Id | None] = mapped_column(ForeignKey("sealed_item.id"))
    complete: Mapped[bool] = mapped_column(server_default=text("false"))


class PpaRoster(Base):
    """Store a published roster with the signature of UPTD PPA's root."""

    __tablename__ = "ppa_roster"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[Words]
    signature: Mapped[Words]
    published_at: Mapped[datetime]


class CounsellorKey(Base):
    """Store a counsellor's key pair; `wrapped` (JSON) is the private key, passphrase-encrypted in the browser."""

    __tablename__ = "counsellor_key"
    key_id: Mapped[Code] = mapped_column(primary_key=True)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[Words]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

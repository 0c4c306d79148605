"""Tables of what is sealed: ciphertext, for whom, and whose keys. The server opens none of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Code, Id, Key, Words, one_of


class SealedPurpose(StrEnum):
    """What an envelope holds."""

    NARRATIVE = "narrative"
    IDENTITY = "identity"
    CHAT = "chat"
    LOCATION = "location"
    MANIFEST = "manifest"


class SealedAuthor(StrEnum):
    """Who sealed an envelope."""

    REPORTER = "reporter"
    COUNSELLOR = "counsellor"
    SYSTEM = "system"


class SealedItem(Base):
    """An envelope without its wraps (app/silent/crypto/envelope.py)."""

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
    """The content key of an item for one key: a counsellor's, the recovery's, or the receipt's. Gone is erased."""

    __tablename__ = "sealed_wrap"
    sealed_id: Mapped[Id] = mapped_column(ForeignKey("sealed_item.id", ondelete="CASCADE"), primary_key=True)
    key_id: Mapped[Code] = mapped_column(primary_key=True, index=True)
    wrap: Mapped[bytes] = mapped_column(LargeBinary)


class SealedFile(Base):
    """An attachment on its way or whole; its ciphertext lies in `<data>/sealed/<id>/`, its key in the manifest."""

    __tablename__ = "sealed_file"
    id: Mapped[Key]
    case_id: Mapped[Id] = mapped_column(ForeignKey("silent_case.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    chunks: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
    manifest_sealed_id: Mapped[Id | None] = mapped_column(ForeignKey("sealed_item.id"))
    complete: Mapped[bool] = mapped_column(server_default=text("false"))


class PpaRoster(Base):
    """A roster that UPTD PPA's root signed, as it was published."""

    __tablename__ = "ppa_roster"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[Words]
    signature: Mapped[Words]
    published_at: Mapped[datetime]


class CounsellorKey(Base):
    """A counsellor's key pair: the private half wrapped in her browser under her passphrase (`wrapped`, JSON)."""

    __tablename__ = "counsellor_key"
    key_id: Mapped[Code] = mapped_column(primary_key=True)
    staff_id: Mapped[Id] = mapped_column(ForeignKey("staff.id"), index=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[Words]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

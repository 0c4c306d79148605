"""Defines the schemas of `/api/v1/receipts`, where the content of a case travels sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.http.body import Sent
from app.public.api.schemas.base import Answered, InPlace
from app.silent.crypto.attachments import CHUNK_BYTES, MOST_FILE_BYTES
from app.silent.models import CaseState
from app.silent.sealed_models import SealedAuthor, SealedPurpose

Secret = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{43}$", description="32 bytes, base64url")]
ItemId = Annotated[str, Field(pattern="^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
MOST_PIECES = MOST_FILE_BYTES // (CHUNK_BYTES - 16)
Hour = Annotated[int, Field(ge=0, le=24)]


class ReceiptShown(Sent):
    """What her browser derives from the receipt. `pad` fills the body to a whole bucket."""

    lookup: Secret
    proof: Secret
    pad: str | None = Field(None, exclude=True, description="Read and forgotten")


class CaseOpened(ReceiptShown):
    """`POST /api/v1/receipts`."""

    before: ItemId | None = Field(None, description="Items older than this one")


class ItemSealed(ReceiptShown):
    """`POST /api/v1/receipts/items`: an envelope; a manifest has its file's id."""

    id: ItemId
    purpose: Literal["chat", "manifest", "identity"]
    sealed: str = Field(max_length=40_000, pattern="^[A-Za-z0-9_-]*$")


class PieceSealed(ReceiptShown):
    """`POST /api/v1/receipts/chunks`: one piece of an attachment, in its order."""

    file: ItemId
    index: int = Field(ge=0, le=MOST_PIECES)
    final: bool
    content: str = Field(
        min_length=24,
        max_length=-(-CHUNK_BYTES * 4 // 3),
        pattern="^[A-Za-z0-9_-]*$",
        description="base64url",
    )


class ContactTerms(Sent):
    """How the reporter may be reached; hours are WITA."""

    channel: Literal["none", "call", "sms", "whatsapp", "push"]
    from_hour: int = Field(0, ge=0, le=23)
    until_hour: int = Field(24, ge=1, le=24)
    code_word: bool = False


class ContactChanged(ReceiptShown):
    """`POST /api/v1/receipts/contact`."""

    contact: ContactTerms


class View(Answered):
    """Somebody looked."""

    at: datetime
    who: str = Field(description="By what right: operator, police, counsellor, glass, recovery; never who")


class ReceiptItem(Answered):
    """What her receipt opens."""

    id: UUID
    purpose: Annotated[SealedPurpose, InPlace]
    author: Annotated[SealedAuthor, InPlace]
    at: datetime
    envelope: str


class ContactKept(Answered):
    """How she may be reached."""

    channel: str
    from_hour: Hour
    until_hour: Hour
    code_word: bool


class ReceiptCase(Answered):
    """Her case."""

    state: Annotated[CaseState, InPlace]
    received_at: datetime
    opened: int = Field(description="How often somebody looked, or opened what is sealed")
    views: list[View] = Field(description="The newest hundred, newest first")
    items: list[ReceiptItem] = Field(description="The newest forty, oldest first")
    contact: ContactKept | None = Field(description="Nothing once it was erased")
    key: UUID = Field(description="What envelopes of this case are bound to")


class ItemTaken(Answered):
    """The item is on disk."""

    id: UUID
    at: datetime


class PieceTaken(Answered):
    """The piece is on disk."""

    file: UUID
    index: int


class Changed(Answered):
    """It is done."""

    done: Literal[True]

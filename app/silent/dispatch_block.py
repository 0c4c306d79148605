"""The dispatch block: what must be known to send help, in closed words alone, at most 512 bytes."""

from __future__ import annotations

import json
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import Invalid

MOST_BYTES: Final = 512
Answer = Literal["yes", "no", "unknown"]
RED_SIGNS: Final = ("weapon", "threat_to_kill", "fears_death")
"""Any yes makes a case red."""


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)


class Position(_Closed):
    """Where she is, with its honest accuracy in metres and its age in seconds."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    accuracy_m: float | None = Field(default=None, ge=0, le=1_000_000)
    age_s: float | None = Field(default=None, ge=0, le=10_000_000)


class Contact(_Closed):
    """How she may be reached; the default is not at all. Hours are WITA, `until` is the first hour outside."""

    channel: Literal["none", "call", "sms", "whatsapp", "push"] = "none"
    from_hour: int = Field(default=0, ge=0, le=23)
    until_hour: int = Field(default=24, ge=1, le=24)
    code_word: bool = False


class Block(_Closed):
    """Everything the room, the police and UPTD PPA may read while the case is open."""

    position: Position | None = None
    kelurahan: str | None = Field(default=None, pattern=r"^\d\d\.\d\d\.\d\d\.\d{4}$")
    weapon: Answer = "unknown"
    threat_to_kill: Answer = "unknown"
    fears_death: Answer = "unknown"
    happening_now: Answer = "unknown"
    injured: Answer = "unknown"
    children: Answer = "unknown"
    can_talk: Answer = "unknown"
    suspect_near: Answer = "unknown"
    no_siren: bool = False
    plain_clothes: bool = False
    contact: Contact = Contact()

    @property
    def red(self) -> bool:
        """Whether any sign of mortal danger was affirmed."""
        return any(getattr(self, sign) == "yes" for sign in RED_SIGNS)

    @property
    def priority(self) -> int:
        """1 unless every question about danger was answered with no: silence never lowers it."""
        asked = (*RED_SIGNS, "happening_now")
        return 2 if all(getattr(self, question) == "no" for question in asked) else 1

    def to_bytes(self) -> bytes:
        """Return the block as it is sealed: compact JSON without what is at its default."""
        return json.dumps(self.model_dump(exclude_defaults=True), separators=(",", ":")).encode()


def read_block(sent: object) -> Block:
    """Return the block that was sent, keeping every part that can be understood.

    A part that cannot be read is left out and counts as unanswered: help is never refused for a malformed field.
    """
    if not isinstance(sent, dict):
        return Block()
    kept = dict(sent)
    for _ in range(len(sent) + 1):
        try:
            block = Block.model_validate(kept)
        except ValidationError as fault:
            for error in fault.errors(include_input=False, include_url=False):
                kept.pop(str(error["loc"][0]), None)
            continue
        return block
    return Block()


def open_block(plain: bytes) -> Block:
    """Return a stored block.

    Raises:
        Invalid: it is not one; the key was right and the content is not ours.
    """
    try:
        return Block.model_validate_json(plain)
    except ValidationError:
        raise Invalid([("/block", "unreadable")]) from None

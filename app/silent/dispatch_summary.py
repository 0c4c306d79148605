"""Define the dispatch summary: what a crew must know to send help, at most 512 bytes.

It holds enumerations and numbers only, no free text.
"""

from __future__ import annotations

import json
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import Invalid

MOST_BYTES: Final = 512
Answer = Literal["yes", "no", "unknown"]
RED_SIGNS: Final = ("weapon", "threat_to_kill", "fears_death")
"""One yes makes a case red."""


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True)


class Position(_Closed):
    """Give the location of the reporter, with its accuracy in metres and its age in seconds."""

    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    accuracy_m: float | None = Field(default=None, ge=0, le=1_000_000)
    age_s: float | None = Field(default=None, ge=0, le=10_000_000)


class Contact(_Closed):
    """State how the reporter may be contacted; the default is not at all.

    Hours are WITA; `until_hour` is the first hour outside the window.
    """

    channel: Literal["none", "call", "sms", "whatsapp", "push"] = "none"
    from_hour: int = Field(default=0, ge=0, le=23)
    until_hour: int = Field(default=24, ge=1, le=24)
    code_word: bool = False


class DispatchSummary(_Closed):
    """Hold everything that operators, police and UPTD PPA may read while the case is open."""

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
        """Return whether the reporter affirmed any sign of mortal danger."""
        return any(getattr(self, sign) == "yes" for sign in RED_SIGNS)

    @property
    def priority(self) -> int:
        """Return 1 unless every question about danger was answered with no; a missing answer never lowers it."""
        questions = (*RED_SIGNS, "happening_now")
        return 2 if all(getattr(self, question) == "no" for question in questions) else 1

    def to_bytes(self) -> bytes:
        """Return the plaintext to encrypt: compact JSON without default values."""
        return json.dumps(self.model_dump(exclude_defaults=True), separators=(",", ":")).encode()


def read_summary(sent: object) -> DispatchSummary:
    """Return the submitted summary with every field that can be parsed.

    A field that cannot be parsed is left out and counts as unanswered: help is never refused for a malformed field.
    """
    if not isinstance(sent, dict):
        return DispatchSummary()
    kept = dict(sent)
    for _ in range(len(sent) + 1):
        try:
            block = DispatchSummary.model_validate(kept)
        except ValidationError as fault:
            for error in fault.errors(include_input=False, include_url=False):
                kept.pop(str(error["loc"][0]), None)
            continue
        return block
    return DispatchSummary()


def parse_stored_summary(plain: bytes) -> DispatchSummary:
    """Parse a stored summary.

    Raises:
        Invalid: the key was right, but the content is not a summary of this application.
    """
    try:
        return DispatchSummary.model_validate_json(plain)
    except ValidationError:
        raise Invalid([("/block", "unreadable")]) from None

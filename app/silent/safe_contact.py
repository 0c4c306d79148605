"""Safe contact: the one gate through which every outgoing call, message and push to somebody in danger passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.core.clock import WITA
from app.silent.dispatch_block import Contact

CHANNELS: Final = ("call", "sms", "whatsapp", "push")
REASONS: Final = ("asked_for", "never", "other_channel", "outside_hours", "code_word_needed")


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether she may be reached this way at this moment, and why."""

    allowed: bool
    reason: str


def may_contact(contact: Contact, channel: str, moment: datetime, *, code_word_known: bool) -> Decision:
    """Return whether a contact may go out now. What she did not allow is refused, and so is whatever is unclear.

    Args:
        contact: what she last said; the default is never.
        channel: one of `CHANNELS`.
        moment: aware; her hours are those of Bontang (WITA).
        code_word_known: whoever contacts her holds the word that the two agreed on.
    """
    if contact.channel == "none" or channel not in CHANNELS:
        return Decision(False, "never")
    if contact.channel != channel:
        return Decision(False, "other_channel")
    if not _within(contact, moment.astimezone(WITA).hour):
        return Decision(False, "outside_hours")
    if contact.code_word and not code_word_known:
        return Decision(False, "code_word_needed")
    return Decision(True, "asked_for")


def _within(contact: Contact, hour: int) -> bool:
    """Tell whether an hour lies in her window, which may pass midnight; an empty window is never."""
    start, end = contact.from_hour, contact.until_hour
    if start < end:
        return start <= hour < end
    return start > end and (hour >= start or hour < end)

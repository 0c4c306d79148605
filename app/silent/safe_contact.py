"""Decide whether the reporter may be contacted: the one gate for every outgoing call, message and push."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.core.clock import WITA
from app.silent.dispatch_summary import Contact

CHANNELS: Final = ("call", "sms", "whatsapp", "push")
REASONS: Final = ("asked_for", "never", "other_channel", "outside_hours", "code_word_needed")


@dataclass(frozen=True, slots=True)
class Decision:
    """Hold whether a contact is allowed at this moment, and the reason."""

    allowed: bool
    reason: str


def may_contact(contact: Contact, channel: str, moment: datetime, *, code_word_known: bool) -> Decision:
    """Return whether a contact is allowed now.

    What the reporter did not allow is refused, and so is anything unclear.

    Args:
        contact: the last rules of the reporter; the default is never.
        channel: one of `CHANNELS`.
        moment: aware; the hours of the rules are those of Bontang (WITA).
        code_word_known: the caller holds the code word agreed with the reporter.
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
    """Return whether an hour lies in the allowed window, which may pass midnight; an empty window allows no hour."""
    start, end = contact.from_hour, contact.until_hour
    if start < end:
        return start <= hour < end
    return start > end and (hour >= start or hour < end)

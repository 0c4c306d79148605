"""List the reporters to notify of a data breach and the message that is safe for each.

UU 27/2022, art. 46 requires the notice. The safe contact gate selects the channel, because a message to the
wrong phone endangers the reporter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.core.clock import WITA, now
from app.core.errors import Invalid, NotFound
from app.silent.case_log import NewLogEntry, append_log_entries
from app.silent.crypto.master_key import MasterKey
from app.silent.dispatch_summary import Contact
from app.silent.encrypted_fields import summary_of
from app.silent.models import SilentCase
from app.silent.safe_contact import may_contact
from app.silent.sealed_models import SealedItem, SealedWrap

MESSAGES: Final = ("sms", "whatsapp", "push")
_A_DAY: Final = datetime(2026, 1, 1, tzinfo=WITA)


@dataclass(frozen=True, slots=True)
class AffectedCase:
    """Describe a case whose data were held; `channel` is empty when every message is forbidden."""

    id: str
    number: int
    received_at: datetime
    locale: str
    held: tuple[str, ...]
    """Data held: block, words, sealed (ciphertext that opens nowhere on this machine)."""
    channel: str
    hours: str
    """WITA, `08-11`; empty without a channel."""
    code_word: bool


def affected_cases(session: Session, master_key: MasterKey, until: datetime) -> Iterator[AffectedCase]:
    """Yield each case with readable or sealed data; the safe contact gate selects its channel."""
    sealed = exists().where(SealedItem.case_id == SilentCase.id, SealedWrap.sealed_id == SealedItem.id)
    rows = session.execute(
        select(SilentCase, sealed).where(SilentCase.received_at <= until).order_by(SilentCase.received_at)
    )
    for case, has_sealed in rows:
        parts = {
            "block": case.block_wrapped is not None,
            "words": case.words_wrapped is not None,
            "sealed": has_sealed,
        }
        held = tuple(name for name, here in parts.items() if here)
        if not held:
            continue
        contact = _contact(master_key, case)
        channel, hours = safe_channel(contact)
        yield AffectedCase(
            case.id,
            case.number,
            case.received_at,
            case.locale,
            held,
            channel,
            hours,
            contact.code_word and bool(channel),
        )


def safe_channel(contact: Contact) -> tuple[str, str]:
    """Return the first message channel and the hours that the gate allows; both are empty when it allows none."""
    for channel in MESSAGES:
        open_hours = [
            hour
            for hour in range(24)
            if may_contact(contact, channel, _at(hour), code_word_known=True).allowed
        ]
        if open_hours:
            return channel, f"{contact.from_hour:02}-{contact.until_hour:02}"
    return "", ""


def log_notice_pack(session: Session, cases: list[AffectedCase]) -> None:
    """Log that the contact rules of each case were read; the reporter sees it in the view count."""
    moment = now()
    links = [
        NewLogEntry(name="viewed", at=moment, actor="system", case_id=case.id, data={"viewer": "breach"})
        for case in cases
    ]
    append_log_entries(
        session,
        NewLogEntry(name="breach_pack", at=moment, actor="system", data={"cases": len(cases)}),
        *links,
    )


def _contact(master_key: MasterKey, case: SilentCase) -> Contact:
    """Return the contact rules of the reporter; unreadable rules forbid every contact."""
    try:
        return summary_of(master_key, case).contact
    except (NotFound, Invalid):
        return Contact()


def _at(hour: int) -> datetime:
    return datetime.combine(_A_DAY.date(), time(hour), WITA) + timedelta(minutes=1)

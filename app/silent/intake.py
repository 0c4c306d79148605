"""Store a silent report as a case.

It is on disk before it is acknowledged, stored once per idempotency key, and accepted whatever is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database, plain_insert
from app.core.errors import KeyReused, NotFound, Unavailable
from app.core.ids import new_id
from app.core.secrets import Secrets
from app.silent import case_number
from app.silent.case_log import NewLogEntry, append_log_entries, lock_case_log
from app.silent.crypto.envelope import Envelope
from app.silent.crypto.master_key import EncryptedField, MasterKey
from app.silent.crypto.sealed_items import NewItem, insert_item, wraps_to_keep
from app.silent.crypto.signed_roster import key_id
from app.silent.dispatch_summary import DispatchSummary
from app.silent.encrypted_fields import encrypt_summary, encrypt_words, load_master_key, offline_sealing_of
from app.silent.models import CaseAgency, CaseClock, CaseLogEntry, SilentCase
from app.silent.receipt_hash import ReceiptSent, lookup_hash, proof_hash

FIRST_CALLED = ("uptdppa", "polres")
"""Agencies notified of a case in the transaction that stores it."""
_CASE, _CLOCK, _AGENCY = map(plain_insert, (SilentCase, CaseClock, CaseAgency))
"""Built once: building these statements is what makes a call for help slower than a fire report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentReport:
    """Hold a silent report as plain values, without the parts that could not be read."""

    key: str
    body: str
    """The whole request in canonical form: the same key with another body is a conflict."""
    block: DispatchSummary
    words: Mapping[str, Any] = field(default_factory=dict)
    """Text that arrived in clear: words, name, phone, landmark."""
    envelope: Envelope | None = None
    envelope_refused: bool = False
    receipt: ReceiptSent | None = None
    locale: str = "id"


@dataclass(frozen=True, slots=True)
class StoredCase:
    """Hold the data of the response; `fresh` is False when the same report was already stored."""

    id: str
    number: int
    priority: int
    locale: str
    received_at: datetime
    fresh: bool


def store_silent_report(database: Database, secrets: Secrets, silent: SilentReport) -> StoredCase:
    """Store a case; it is on disk when this returns.

    Raises:
        KeyReused: the key was used before, with another body.
        Unavailable: this machine never received from its key service the master key to encrypt with.
    """
    # encrypted before the case log is locked: a key service may be slow at first
    own = _encrypt(database, secrets, silent)
    with database.write() as session:
        lock_case_log(session)
        query = select(SilentCase).where(SilentCase.key == silent.key)
        case = session.scalars(query.execution_options(populate_existing=True)).first()
        if case is None:
            return _store(session, secrets, silent, own)
        if not compare_digest(case.body_hash, own.body_hash):
            raise KeyReused
        return StoredCase(case.id, case.number, case.priority, case.locale, case.received_at, fresh=False)


@dataclass(frozen=True, slots=True)
class _ServerValues:
    """Hold the server's own values of a new case."""

    id: str
    body_hash: str
    block: EncryptedField
    words: EncryptedField | None


def _encrypt(database: Database, secrets: Secrets, silent: SilentReport) -> _ServerValues:
    try:
        return _encrypt_under(load_master_key(secrets), secrets, silent)
    except Unavailable:
        offline_sealing = offline_sealing_of(secrets)
        if _rotated_since(database, offline_sealing.key_received_at()):
            raise
        try:
            return _encrypt_under(offline_sealing, secrets, silent)
        except NotFound:
            pass
        raise


def _encrypt_under(master_key: MasterKey, secrets: Secrets, silent: SilentReport) -> _ServerValues:
    case_id = new_id()
    return _ServerValues(
        id=case_id,
        body_hash=secrets.sign("silent-body", silent.body),
        block=encrypt_summary(master_key, case_id, 1, silent.block),
        words=encrypt_words(master_key, case_id, dict(silent.words)) if silent.words else None,
    )


def _rotated_since(database: Database, key_received_at: datetime | None) -> bool:
    """Return whether the master key was rotated after this machine last received it.

    Nobody could decrypt what is sealed to the older key.
    """
    if key_received_at is None:
        return True
    with database.read() as session:
        query = select(CaseLogEntry.seq).where(
            CaseLogEntry.name == "outer_rotated", CaseLogEntry.at >= key_received_at
        )
        return session.scalar(query.limit(1)) is not None


def _store(session: Session, secrets: Secrets, silent: SilentReport, own: _ServerValues) -> StoredCase:
    moment, case_id, priority = now(), own.id, silent.block.priority
    number, block, words = case_number.draw_case_number(session, moment), own.block, own.words
    receipt = _unused_receipt(session, secrets, silent.receipt)
    case = {
        "id": case_id,
        "key": silent.key,
        "body_hash": own.body_hash,
        "number": number,
        "received_at": moment,
        "state": "received",
        "priority": priority,
        "version": 1,
        "locale": silent.locale,
        "block_version": 1,
        "block_wrapped": block.wrapped,
        "block_content": block.content,
        "words_wrapped": words.wrapped if words else None,
        "words_content": words.content if words else None,
        "lookup_hash": lookup_hash(secrets, receipt.lookup) if receipt else None,
        "proof_hash": proof_hash(secrets, receipt.proof) if receipt else None,
        "receipt_public": receipt.public if receipt else None,
    }
    session.execute(_CASE, case)
    clock = {"case_id": case_id, "base_at": moment, "round": 1, "done": 0, "due_at": moment}
    session.execute(_CLOCK, clock)
    agency_rows = [
        {"case_id": case_id, "agency": code, "state": "notified", "at": moment} for code in FIRST_CALLED
    ]
    session.execute(_AGENCY, agency_rows)
    refused = silent.envelope_refused
    if silent.envelope is not None:
        wraps = wraps_to_keep(session, silent.envelope, key_id(receipt.public) if receipt else None)
        refused = wraps is None
        if wraps is not None:
            insert_item(session, case_id, _narrative(silent.envelope, moment), wraps)
    entries = [
        NewLogEntry(
            name="received",
            at=moment,
            actor="reporter",
            case_id=case_id,
            data={"priority": priority, "state": "received", "version": 1},
        )
    ]
    entries += [
        NewLogEntry(name="notified", at=moment, actor="system", case_id=case_id, data={"agency": code})
        for code in FIRST_CALLED
    ]
    if refused:
        entries.append(NewLogEntry(name="sealed_refused", at=moment, actor="system", case_id=case_id))
    append_log_entries(session, *entries)
    return StoredCase(case_id, number, priority, silent.locale, moment, fresh=True)


def _unused_receipt(session: Session, secrets: Secrets, receipt: ReceiptSent | None) -> ReceiptSent | None:
    """Return the receipt unless another case uses it; the report is then stored without a receipt."""
    if receipt is None:
        return None
    query = select(SilentCase.id).where(SilentCase.lookup_hash == lookup_hash(secrets, receipt.lookup))
    return receipt if session.scalar(query) is None else None


def _narrative(envelope: Envelope, moment: datetime) -> NewItem:
    return NewItem(id=new_id(), purpose="narrative", author="reporter", at=moment, envelope=envelope)

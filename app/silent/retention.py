"""Move the location out of the dispatch summary within 72 hours of closing.

It is sealed for the counsellors alone.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.core.secrets import Secrets
from app.silent.case_log import NewLogEntry, append_log_entries, lock_case_log
from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.hpke_envelope import Context, seal
from app.silent.crypto.master_key import MasterKey
from app.silent.crypto.published_rosters import keys_of, newest
from app.silent.dispatch_summary import DispatchSummary
from app.silent.encrypted_fields import (
    encrypt_words,
    load_master_key,
    store_summary,
    summary_of,
    with_master_key,
    words_of,
)
from app.silent.erasure import forget_log, overwrite
from app.silent.models import CaseLogEntry, SilentCase
from app.silent.sealed_models import SealedItem, SealedWrap

KEPT: Final = timedelta(hours=71)
"""One hour less than the promised 72, so that a short outage of the worker still meets the limit."""
PLACE_WORDS: Final = ("landmark", "kelurahan")
AT_ONCE: Final = 50
MOST_SIGNS: Final = 500
"""Maximum characters of each text about the place: an envelope holds 8,188 bytes."""


def seal_locations(database: Database, secrets: Secrets) -> int:
    """Seal the location of every due case; return how many cases were changed."""
    return with_master_key(load_master_key(secrets), lambda master_key: _seal_due(database, master_key))


def _seal_due(database: Database, master_key: MasterKey) -> int:
    done = 0
    with database.write() as session:
        lock_case_log(session)
        overwrite(session)
        query = select(SilentCase).where(
            SilentCase.closed_at <= now() - KEPT, SilentCase.location_erased_at.is_(None)
        )
        for case in session.scalars(query.limit(AT_ONCE)):
            _seal_location(session, master_key, case, now())
            done += 1
    if done:
        forget_log(database)
    return done


def _seal_location(session: Session, master_key: MasterKey, case: SilentCase, moment: datetime) -> None:
    try:
        block, words = summary_of(master_key, case), words_of(master_key, case)
    except (NotFound, Invalid):
        # another key or damaged: it cannot be opened, and it is erased all the same
        block, words = DispatchSummary(), {}
    place: dict[str, Any] = {name: words.pop(name) for name in PLACE_WORDS if name in words}
    place = {name: words[:MOST_SIGNS] for name, words in place.items()}
    place |= block.model_dump(include={"position", "kelurahan"}, exclude_defaults=True)
    erased = _was_erased(session, case)
    is_sealed = (
        bool(place)
        and not erased
        and _keep(session, case, json.dumps(place, ensure_ascii=False).encode(), moment)
    )
    if erased:
        case.block_wrapped = case.block_content = None
    if case.block_wrapped is not None:
        store_summary(master_key, case, block.model_copy(update={"position": None, "kelurahan": None}))
    if case.words_wrapped is not None:
        locked = encrypt_words(master_key, case.id, words)
        case.words_wrapped, case.words_content = locked.wrapped, locked.content
    case.location_erased_at = moment
    session.flush()
    data = {"sealed": is_sealed}
    append_log_entries(
        session, NewLogEntry(name="location_erased", at=moment, actor="system", case_id=case.id, data=data)
    )


def _was_erased(session: Session, case: SilentCase) -> bool:
    """Return whether the reporter had the case erased; then nothing of it is kept once no crew is on the way."""
    query = select(CaseLogEntry.seq).where(CaseLogEntry.case_id == case.id, CaseLogEntry.name == "erased")
    return session.scalars(query.limit(1)).first() is not None


def _keep(session: Session, case: SilentCase, plain: bytes, moment: datetime) -> bool:
    """Seal the location for the newest roster; return False without a roster, where it is erased all the same."""
    roster = keys_of(newest(session))
    members = roster.valid(moment) if roster else []
    if roster is None or not members:
        return False
    to = {
        member.id: EllipticCurvePublicKey.from_encoded_point(SECP256R1(), member.public) for member in members
    }
    envelope = read_envelope(seal(Context(case.key, "location"), roster.version, to, plain))
    sealed_id = new_id()
    session.execute(
        insert(SealedItem).values(
            id=sealed_id,
            case_id=case.id,
            purpose="location",
            author="system",
            at=moment,
            roster_version=envelope.roster_version,
            header=envelope.header,
            iv=envelope.iv,
            body=envelope.body,
        )
    )
    wraps = [{"sealed_id": sealed_id, "key_id": name, "wrap": wrap} for name, wrap in envelope.wraps.items()]
    session.execute(insert(SealedWrap), wraps)
    return True

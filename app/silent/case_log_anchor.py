"""Encrypt the head of the case log for the anchor file and verify the log against such heads.

A copy of the anchor file lies elsewhere. Its lines must not reveal how many entries there are or whether one was
added: sequence number and hash are encrypted (AES-256-GCM), with a fresh nonce each time, under a key that only
this installation has.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.secrets import Secrets
from app.eventlog.log import GENESIS
from app.silent.case_log import first_broken_entry
from app.silent.crypto.signed_roster import b64, unb64
from app.silent.models import CaseLogEntry

_NONCE: Final = 12
_SEQ: Final = 8
_BOUND: Final = b"siaga112/v1/case-head"


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """Report the first entry that fails (`broken`) and the first anchored entry that is missing or changed (`lost`)."""

    broken: int | None
    lost: int | None

    @property
    def whole(self) -> bool:
        return self.broken is None and self.lost is None


class CaseChain:
    """Provide the case log to the anchor file (`app.eventlog.write_anchor.SecondChain`)."""

    def __init__(self, secrets: Secrets) -> None:
        self._lock = AESGCM(bytes.fromhex(secrets.sign("case-head")))

    def head(self, session: Session) -> str:
        """Return the encrypted head of the case log."""
        row = session.execute(text("SELECT seq, hash FROM case_link_head WHERE id = 1")).one()
        plain = int(row.seq).to_bytes(_SEQ, "big") + bytes.fromhex(row.hash)
        nonce = os.urandom(_NONCE)
        return b64(nonce + self._lock.encrypt(nonce, plain, _BOUND))

    def read(self, sealed: str) -> tuple[int, str]:
        """Return sequence number and hash of a head that this installation encrypted.

        Raises:
            ValueError: another installation's, or damaged.
        """
        content = unb64(sealed)
        try:
            plain = self._lock.decrypt(content[:_NONCE], content[_NONCE:], _BOUND)
        except InvalidTag:
            raise ValueError from None
        return int.from_bytes(plain[:_SEQ], "big"), plain[_SEQ:].hex()

    def holds(self, session: Session, sealed: str) -> bool:
        """Return whether the case log still contains the entry of a head; a line without a head counts as true."""
        return not sealed or self._has(session, *self.read(sealed))

    def verify(self, database: Database, heads: Iterable[str]) -> CaseVerdict:
        """Recompute every entry within one snapshot and compare the log with anchored heads."""
        with database.read() as session:
            if not database.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            anchored = sorted(self.read(sealed) for sealed in heads if sealed)
            lost = (seq for seq, digest in anchored if not self._has(session, seq, digest))
            return CaseVerdict(first_broken_entry(session), next(lost, None))

    @staticmethod
    def _has(session: Session, seq: int, digest: str) -> bool:
        if seq == 0:
            return digest == GENESIS
        return session.scalar(select(CaseLogEntry.hash).where(CaseLogEntry.seq == seq)) == digest

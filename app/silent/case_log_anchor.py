"""The head of the silent channel's chain, sealed for the file of anchors, and the chain held against such heads.

A copy of that file lies elsewhere. Its lines must tell no one how many links there are or whether one came: number and
hash are encrypted (AES-256-GCM), fresh each time, under a key that only this installation has.
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
from app.silent.case_log import broken_link
from app.silent.crypto.signed_roster import b64, unb64
from app.silent.models import CaseLink

_NONCE: Final = 12
_SEQ: Final = 8
_BOUND: Final = b"siaga112/v1/case-head"


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """`broken`: the first link that does not hold; `lost`: the first anchored one that is gone or another."""

    broken: int | None
    lost: int | None

    @property
    def whole(self) -> bool:
        return self.broken is None and self.lost is None


class CaseChain:
    """The chain as the file of anchors knows it (`app.eventlog.write_anchor.SecondChain`)."""

    def __init__(self, secrets: Secrets) -> None:
        self._lock = AESGCM(bytes.fromhex(secrets.sign("case-head")))

    def head(self, session: Session) -> str:
        """Return the head, sealed."""
        row = session.execute(text("SELECT seq, hash FROM case_link_head WHERE id = 1")).one()
        plain = int(row.seq).to_bytes(_SEQ, "big") + bytes.fromhex(row.hash)
        nonce = os.urandom(_NONCE)
        return b64(nonce + self._lock.encrypt(nonce, plain, _BOUND))

    def read(self, sealed: str) -> tuple[int, str]:
        """Return number and hash of a head that was sealed here.

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
        """Tell whether the chain still has the link of a head; an older line without one says nothing."""
        return not sealed or self._has(session, *self.read(sealed))

    def verify(self, database: Database, heads: Iterable[str]) -> CaseVerdict:
        """Compute every link again, in one look, and hold the chain against heads from elsewhere."""
        with database.read() as session:
            if not database.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            anchored = sorted(self.read(sealed) for sealed in heads if sealed)
            lost = (seq for seq, digest in anchored if not self._has(session, seq, digest))
            return CaseVerdict(broken_link(session), next(lost, None))

    @staticmethod
    def _has(session: Session, seq: int, digest: str) -> bool:
        if seq == 0:
            return digest == GENESIS
        return session.scalar(select(CaseLink.hash).where(CaseLink.seq == seq)) == digest

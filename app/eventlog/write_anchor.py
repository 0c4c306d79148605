"""Write the heads of both chains to the file of anchors: every few minutes, at a backup and on command."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.db import Database
from app.core.log import log
from app.core.models import EventHead
from app.core.secrets import Secrets
from app.eventlog.anchors import FILE, Anchor, AnchorsBroken, append_anchor, read_anchors
from app.eventlog.verify import holds


class SecondChain(Protocol):
    """Second chain, whose sealed head is written in the same line."""

    def head(self, session: Session) -> str:
        """Return the sealed head; sealing the same head again gives a different text."""

    def holds(self, session: Session, sealed: str) -> bool:
        """Return whether the chain still has the link of a written head."""


def anchor_head(
    database: Database,
    secrets: Secrets,
    data: Path,
    *,
    beside: SecondChain | None = None,
    always: bool = False,
) -> Anchor | None:
    """Append both heads to the file of anchors and return the anchor.

    When the file or a chain contradicts an earlier anchor, log the error and write nothing (None).
    """
    try:
        known = read_anchors(data / FILE, secrets)
    except AnchorsBroken as fault:
        log().error("anchors_broken", line=fault.line)
        return None
    with database.read() as session:
        if known and not holds(session, known[-1]):
            log().error("log_contradicts_anchor", seq=known[-1].seq)
            return None
        if known and beside and not beside.holds(session, known[-1].sealed):
            log().error("chain_contradicts_anchor")
            return None
        seq, digest = session.execute(select(EventHead.seq, EventHead.hash)).one()
        sealed = beside.head(session) if beside else ""
    return append_anchor(data / FILE, secrets, at=now(), seq=seq, digest=digest, sealed=sealed, always=always)

"""The heads of the logs go to the file of anchors: every few minutes, at a backup, and when somebody asks."""

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


class Beside(Protocol):
    """Another chain whose head is written beside the log's, sealed."""

    def head(self, session: Session) -> str:
        """Return its head; the same one looks different each time."""

    def holds(self, session: Session, sealed: str) -> bool:
        """Tell whether it still has the link of a head that was written."""


def anchor_head(
    database: Database, secrets: Secrets, data: Path, *, beside: Beside | None = None, always: bool = False
) -> Anchor | None:
    """Write the heads down, unless a log no longer has what was written before: that is told and kept as it is."""
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

"""Decide which parts of a case each viewer may see.

Every page, list and API answer reads the one table in this module (need to know).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.silent.models import CaseAgency, CaseCounsellor, EmergencyAccess, SilentCase

PPA: Final = "uptdppa"
POLICE: Final = "polres"
FIELDS: Final = ("row", "block", "agencies", "words", "sealed", "links")
"""Parts of a case: times and state, dispatch summary, notified agencies, text in clear, sealed items, case log."""
VIEWERS: Final = ("operator", "police", "counsellor", "on_case", "glass")
_HELP: Final = frozenset({"row", "block", "agencies"})
_ALL: Final = frozenset(FIELDS)
NOTHING: Final[frozenset[str]] = frozenset()
TABLE: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("operator", "open"): _HELP,
    ("police", "open"): _HELP,
    ("counsellor", "open"): _HELP,
    ("on_case", "open"): _ALL,
    ("on_case", "closed"): _ALL,
    ("glass", "open"): frozenset({"row", "block"}),
    ("glass", "closed"): frozenset({"row", "block"}),
}
"""(viewer, open or closed) → parts. A pair without an entry sees nothing, as if there were no such case."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Hold the properties of a staff member that access depends on."""

    id: str
    role: str
    agency: str | None
    cleared: bool


@dataclass(frozen=True, slots=True)
class CaseAccess:
    """Hold a case, the viewer kind that applies, and the parts this viewer may see."""

    case: SilentCase
    viewer: str
    fields: frozenset[str]


def viewer_kind(viewer: Viewer) -> str | None:
    """Return the viewer kind of a staff member by office: operator, police, counsellor, or None."""
    if not viewer.cleared:
        return None
    if viewer.role == "operator":
        return "operator"
    return {POLICE: "police", PPA: "counsellor"}.get(viewer.agency or "") if viewer.role == "agency" else None


def case_access_of(
    session: Session, viewer: Viewer, case_id: str, moment: datetime, *, need: str = "row"
) -> CaseAccess:
    """Return the parts of a case that a viewer may see.

    Raises:
        NotFound: no such case, or no access; both answers are the same.
    """
    case = session.get(SilentCase, case_id, populate_existing=True)
    if case is None:
        raise NotFound
    role = _viewer(session, viewer, case, moment)
    fields = TABLE.get((role or "", "closed" if case.closed_at else "open"), NOTHING)
    if need not in fields:
        raise NotFound
    return CaseAccess(case, role or "", fields)


def _viewer(session: Session, viewer: Viewer, case: SilentCase, moment: datetime) -> str | None:
    kind = viewer_kind(viewer)
    if kind == "counsellor" and session.get(CaseCounsellor, (case.id, viewer.id)) is not None:
        return "on_case"
    if kind in {"operator", "counsellor"}:
        return kind if case.closed_at is None else _emergency_viewer(session, viewer, case, moment)
    if kind == "police" and case.closed_at is None and session.get(CaseAgency, (case.id, POLICE)) is not None:
        return kind
    return _emergency_viewer(session, viewer, case, moment)


def _emergency_viewer(session: Session, viewer: Viewer, case: SilentCase, moment: datetime) -> str | None:
    """Return `glass` while an emergency access that a second person approved lasts."""
    query = select(EmergencyAccess.id).where(
        EmergencyAccess.case_id == case.id,
        EmergencyAccess.requested_by == viewer.id,
        EmergencyAccess.agreed_by.is_not(None),
        EmergencyAccess.agreed_by != viewer.id,
        EmergencyAccess.until > moment,
    )
    return "glass" if session.scalars(query.limit(1)).first() is not None else None

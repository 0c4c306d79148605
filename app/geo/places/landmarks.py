"""Add, change, remove and import landmarks; each change or import appends one event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.eventlog.log import SYSTEM, record_event, staff_actor
from app.geo.districts.locate import MAP_START
from app.geo.districts.read_geojson import FURTHEST_M
from app.geo.grid import metres
from app.geo.models import LANDMARK_KINDS, Kelurahan, Landmark
from app.geo.places.spellings import folded

NAME_MAX: Final = 80
SPELLINGS_MAX: Final = 12
MOST: Final = 20_000
"""Maximum of landmarks."""
SAME_M: Final = 200.0
"""Within this distance a place of the same kind and name is the same place, moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandmarkChange:
    """New values of a landmark."""

    kind: str
    name: str
    lat: float | None
    lon: float | None
    spellings: tuple[str, ...] = ()
    outline: Mapping[str, Any] | None = None


def faults_of(change: LandmarkChange) -> list[tuple[str, str]]:
    """Return (pointer, code) for each invalid field."""
    placed = change.lat is not None and change.lon is not None
    far = placed and metres(change.lat or 0.0, change.lon or 0.0, *MAP_START) > FURTHEST_M
    checks = (
        ("/kind", "unknown", change.kind not in LANDMARK_KINDS),
        ("/name", "place_name", not _is_name(change.name)),
        ("/lat", "no_position", not placed),
        ("/lat", "too_far", far),
        ("/spellings", "place_name", not all(_is_name(spelling) for spelling in change.spellings)),
        ("/spellings", "too_many", len(change.spellings) > SPELLINGS_MAX),
    )
    return [(pointer, code) for pointer, code, wrong in checks if wrong]


def add_landmark(session: Session, staff_id: str, change: LandmarkChange) -> str:
    """Add a place; return its id.

    Raises:
        Invalid: naming each field that cannot be.
    """
    _raise_if_invalid(change)
    if (session.scalar(select(func.count()).select_from(Landmark)) or 0) >= MOST:
        raise Invalid([("/name", "too_many")])
    row = Landmark(id=new_id())
    _write(row, change)
    session.add(row)
    _record(session, staff_id, "landmark_added", row.id, row.kind)
    return row.id


def set_landmark(session: Session, staff_id: str, landmark_id: str, change: LandmarkChange) -> None:
    """Change a place; its imported outline is deleted when the point moves or the kind is no longer `rt`.

    Raises:
        NotFound: no such place.
        Invalid: naming each field that cannot be.
    """
    row = session.get(Landmark, landmark_id)
    if row is None:
        raise NotFound
    _raise_if_invalid(change)
    moved = (row.lat, row.lon) != (change.lat, change.lon)
    kept = None if moved or change.kind != "rt" else row.outline
    _write(row, change)
    row.outline = kept
    _record(session, staff_id, "landmark_changed", row.id, row.kind)


def remove_landmark(session: Session, staff_id: str, landmark_id: str) -> None:
    """Remove a place.

    Raises:
        NotFound: no such place.
    """
    row = session.get(Landmark, landmark_id)
    if row is None:
        raise NotFound
    session.delete(row)
    _record(session, staff_id, "landmark_removed", row.id, row.kind)


def set_spellings(session: Session, staff_id: str, code: str, spellings: tuple[str, ...]) -> None:
    """Change the other spellings of a kelurahan.

    Raises:
        NotFound: no such kelurahan.
        Invalid: a spelling that is no name, or too many.
    """
    row = session.get(Kelurahan, code)
    if row is None:
        raise NotFound
    if len(spellings) > SPELLINGS_MAX or not all(_is_name(spelling) for spelling in spellings):
        raise Invalid([("/spellings", "place_name")])
    row.spellings = "\n".join(dict.fromkeys(spellings))
    session.flush()
    _append_event(session, staff_id, "spellings_changed", {"kelurahan": code})


@dataclass(slots=True)
class ImportCounts:
    """Counts of an import."""

    added: int = 0
    changed: int = 0
    same: int = 0


def import_landmarks(session: Session, changes: Iterable[LandmarkChange]) -> ImportCounts:
    """Add or update the places of a file; one event records the whole import.

    Raises:
        Invalid: there would be more than `MOST`.
    """
    known: dict[tuple[str, str], list[Landmark]] = {}
    rows = session.scalars(select(Landmark)).all()
    for row in rows:
        known.setdefault((row.kind, folded(row.name)), []).append(row)
    counts, total = ImportCounts(), len(rows)
    for change in changes:
        same_name = known.setdefault((change.kind, folded(change.name)), [])
        existing = next((item for item in same_name if _is_same(item, change)), None)
        if existing is None:
            added = Landmark(id=new_id())
            _write(added, change)
            session.add(added)
            same_name.append(added)
            counts.added += 1
        elif _write(existing, change):
            counts.changed += 1
        else:
            counts.same += 1
    if total + counts.added > MOST:
        raise Invalid([("/", "too_many")])
    session.flush()
    _append_event(session, None, "landmarks_imported", {"added": counts.added, "changed": counts.changed})
    return counts


def _is_same(row: Landmark, change: LandmarkChange) -> bool:
    return metres(row.lat, row.lon, change.lat or 0.0, change.lon or 0.0) <= SAME_M


def _write(row: Landmark, change: LandmarkChange) -> bool:
    """Write a change into a row; return whether a value differs."""
    outline = json.dumps(change.outline, separators=(",", ":")) if change.outline else None
    names = "\n".join(dict.fromkeys(spelling.strip() for spelling in change.spellings))
    wanted = (change.kind, change.name.strip(), names, change.lat, change.lon, outline)
    if (row.kind, row.name, row.spellings, row.lat, row.lon, row.outline) == wanted:
        return False
    row.kind, row.name, row.spellings, row.outline = change.kind, change.name.strip(), names, outline
    row.lat, row.lon = change.lat or 0.0, change.lon or 0.0
    row.changed_at = now()
    return True


def _is_name(name: str) -> bool:
    words = name.strip()
    return 0 < len(words) <= NAME_MAX and words.isprintable() and any(sign.isalnum() for sign in words)


def _raise_if_invalid(change: LandmarkChange) -> None:
    faults = faults_of(change)
    if faults:
        raise Invalid(faults)


def _record(session: Session, staff_id: str, name: str, landmark_id: str, kind: str) -> None:
    session.flush()
    _append_event(session, staff_id, name, {"landmark": landmark_id, "kind": kind})


def _append_event(session: Session, staff_id: str | None, name: str, data: Mapping[str, Any]) -> None:
    record_event(session, staff_actor(staff_id) if staff_id else SYSTEM, name, **data)

"""Suggest duplicate incidents with reasons: distance, time, kind, words and reporters' answers. No score."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Event
from app.geo.grid import cells_around, metres
from app.incidents.models import Incident
from app.notifications.wording import UNSPOKEN_KINDS
from app.reports.models import Media, Report
from app.reports.report_number import spoken_number

NEAR_M: Final = 500.0
NEAR_IN_TIME: Final = timedelta(minutes=60)
TWIN_M: Final = 300.0
TWIN_IN_TIME: Final = timedelta(minutes=30)
SAME_CONFIRMED: Final = "confirm_same"
"""Event of a reporter who confirmed that an incident nearby is the same."""
_LOOKED_AT: Final = 200
_SHOWN: Final = 5
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_COMMON: Final = frozenset(
    ["yang", "dengan", "dari", "pada", "sudah", "tidak", "rumah", "orang", "sini", "sana", "dekat", "depan"]
)


@dataclass(frozen=True, slots=True)
class DuplicateSuggestion:
    """A possible duplicate, with its reasons."""

    incident: Incident
    metres: int | None
    minutes: int
    same_kind: bool
    words: tuple[str, ...]
    reporter_confirmed: bool
    """A reporter of one of the two incidents confirmed it."""

    @property
    def number(self) -> str:
        """Report number as shown and spoken."""
        return spoken_number(self.incident.number)


def suggestions(session: Session, incident: Incident) -> list[DuplicateSuggestion]:
    """Return at most 5 open incidents that may duplicate this open one, the likeliest first."""
    if incident.closed_at is not None or incident.kind in UNSPOKEN_KINDS:
        return []
    span = (incident.received_at - NEAR_IN_TIME, incident.received_at + NEAR_IN_TIME)
    query = (
        select(Incident)
        .where(
            Incident.closed_at.is_(None),
            Incident.received_at.between(*span),
            Incident.id != incident.id,
            Incident.kind.not_in(UNSPOKEN_KINDS),
            Incident.simulation == incident.simulation,
        )
        .order_by(Incident.received_at.desc())
        .limit(_LOOKED_AT)
    )
    others = session.scalars(query).all()
    words = _words(session, [incident.id, *(other.id for other in others)])
    confirmed_ids = _confirmed_by_reporters(session, incident.id, [other.id for other in others])
    found = [_compare(incident, other, words, confirmed_ids) for other in others]
    likely = [candidate for candidate in found if _is_likely(candidate)]
    likely.sort(
        key=lambda candidate: (
            not candidate.reporter_confirmed,
            not candidate.same_kind,
            -len(candidate.words),
            candidate.metres or 0,
            candidate.minutes,
        )
    )
    return likely[:_SHOWN]


def twins(session: Session, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return, per queue row, the numbers of open incidents of the same kind within 300 m and 30 minutes."""
    placed = [row for row in rows if row.get("lat") is not None and not row["closed_at"]]
    cells = {cell for row in placed for cell in cells_around(row["lat"], row["lon"])}
    if not cells:
        return {}
    columns = (Incident.id, Incident.number, Incident.kind, Incident.lat, Incident.lon, Incident.received_at)
    near = session.execute(
        select(*columns, Incident.simulation)
        .where(Incident.cell.in_(cells), Incident.closed_at.is_(None), Incident.kind.not_in(UNSPOKEN_KINDS))
        .order_by(Incident.received_at.desc())
        .limit(_LOOKED_AT)
    ).all()
    found: dict[str, list[str]] = {}
    for row in placed:
        own = next((item for item in near if item.id == row["id"]), None)
        if own is None:
            continue
        found[row["id"]] = [
            spoken_number(item.number)
            for item in near
            if item.id != own.id
            and (item.kind, item.simulation) == (own.kind, own.simulation)
            and abs(item.received_at - own.received_at) <= TWIN_IN_TIME
            and metres(own.lat, own.lon, item.lat, item.lon) <= TWIN_M
        ]
    return found


@dataclass(frozen=True, slots=True)
class Evidence:
    """Figures of an incident's reports."""

    reporters: int
    """Number of different phones or telephone numbers."""
    unknown: int
    """Reports without a device or telephone number."""
    photos: int
    spread_m: int | None
    minutes: int | None


def collect_evidence(reports_with_media: Iterable[tuple[Report, Sequence[Media]]]) -> Evidence:
    """Return the figures of an incident's reports."""
    reports = [(report, media) for report, media in reports_with_media]
    known = {report.device_id or report.contact_phone for report, _ in reports} - {None}
    places = [(item.lat, item.lon) for item, _ in reports if item.lat is not None and item.lon is not None]
    times = sorted(item.received_at for item, _ in reports)
    spread = [metres(*a, *b) for a, b in combinations(places[:_LOOKED_AT], 2)]
    return Evidence(
        len(known),
        sum(1 for report, _ in reports if not (report.device_id or report.contact_phone)),
        sum(1 for _, media in reports for item in media if item.state == "ready"),
        max(round(max(spread)), 1) if spread else None,
        round((times[-1] - times[0]).total_seconds() / 60) if len(times) > 1 else None,
    )


def _compare(
    incident: Incident, other: Incident, words: Mapping[str, Collection[str]], confirmed_ids: set[str]
) -> DuplicateSuggestion:
    distance_m = None
    if None not in (incident.lat, incident.lon, other.lat, other.lon):
        distance_m = round(metres(incident.lat or 0, incident.lon or 0, other.lat or 0, other.lon or 0))
    seconds_apart = abs((incident.received_at - other.received_at).total_seconds())
    shared = sorted(set(words[incident.id]) & set(words[other.id]))[:4]
    return DuplicateSuggestion(
        other,
        distance_m,
        round(seconds_apart / 60),
        incident.kind == other.kind,
        tuple(shared),
        other.id in confirmed_ids,
    )


def _is_likely(candidate: DuplicateSuggestion) -> bool:
    if candidate.reporter_confirmed:
        return True
    if candidate.metres is not None:
        return candidate.metres <= NEAR_M and (candidate.same_kind or candidate.metres <= TWIN_M)
    return candidate.same_kind and bool(candidate.words)


def _words(session: Session, ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {id_: set() for id_ in ids}
    query = select(Report.incident_id, Report.description, Report.landmark).where(Report.incident_id.in_(ids))
    for row in session.execute(query):
        report_text = f"{row.description or ''} {row.landmark or ''}".lower()
        found[row.incident_id] |= set(_WORD.findall(report_text)) - _COMMON
    return found


def _confirmed_by_reporters(session: Session, incident_id: str, others: Sequence[str]) -> set[str]:
    """Return the incidents that this one's reporters named, and those whose reporters named this one."""
    found = set()
    query = select(Event.incident_id, Event.data).where(
        Event.incident_id.in_([incident_id, *others]), Event.name == SAME_CONFIRMED
    )
    for source_id, data in session.execute(query):
        named_id = str(json.loads(data)["incident"])
        if source_id == incident_id:
            found.add(named_id)
        elif source_id and named_id == incident_id:
            found.add(source_id)
    return found

"""Build the template context of an incident's place, crew notes and possible duplicates."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.console.admin.landmarks import atlas
from app.console.shared.layout import current_actor
from app.console.shared.page import locale
from app.geo.geocoding.describe_position import aloud, here, position_words
from app.incidents.control_room import crew_notes
from app.incidents.detail import Dossier
from app.incidents.duplicates import major_incident
from app.incidents.duplicates import merge as merging
from app.incidents.duplicates.report_history import merged_into
from app.incidents.duplicates.similarity import collect_evidence, suggestions
from app.incidents.models import Incident
from app.incidents.reporter import still_ongoing


def place_context(session: Session, incident: Incident) -> dict[str, Any]:
    """Return the context of an incident's place: landmarks, text to read aloud, crew notes."""
    me = current_actor()
    found = None
    if incident.lat is not None and incident.lon is not None:
        found = here(atlas(), incident.lat, incident.lon)
    left = crew_notes.near(session, incident.lat, incident.lon, kind=incident.kind)
    return {
        "here_facts": position_words(locale(), found) if found else {},
        "aloud": aloud(locale(), found) if found else "",
        "crew": [(row, away_m, crew_notes.may_change(me, row)) for row, away_m in left],
        "knowledge": crew_notes.KNOWLEDGE,
        "kept_days": crew_notes.KEPT_DAYS,
        "crew_text_max": crew_notes.TEXT_MAX,
    }


def duplicates_context(session: Session, found: Dossier) -> dict[str, Any]:
    """Return the context of related incidents: evidence, likely duplicates, merged incidents, major incident."""
    own = merging.parts(session, found.incident.id)
    into = merged_into(session, found.incident.id)
    return {
        "evidence": collect_evidence((entry.report, entry.media) for entry in found.reports),
        "likely": suggestions(session, found.incident),
        "parts": [(part, session.get_one(Incident, part.other_id)) for part in own],
        "major": major_incident.major_of(session, found.incident.id),
        "majors": [major for major in major_incident.majors(session) if major.ended_at is None],
        "tallies": still_ongoing.tallies(session, found.incident.id),
        "into": session.get_one(Incident, into) if into else None,
    }

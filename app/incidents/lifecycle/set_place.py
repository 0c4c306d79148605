"""Set the place of an incident; the report keeps the reporter's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.geo.districts.locate import Place
from app.incidents.actor import Actor
from app.incidents.lifecycle.transition import TransitionResult, begin_incident_move, finish

NAME_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Spot:
    """A place found by search; `kind` is a landmark kind, `kelurahan`, `point` or `address`."""

    kind: str
    name: str
    lat: float
    lon: float
    place: Place


def set_place(
    session: Session, actor: Actor, incident_id: str, *, version: int, spot: Spot
) -> TransitionResult:
    """Set the place of an incident.

    A kelurahan sets no coordinates, because its centre would send a crew to a wrong address.

    Raises:
        Invalid: the name is empty or longer than `NAME_MAX`.
    """
    name = spot.name.replace("\x00", "").strip()
    if not name or len(name) > NAME_MAX:
        raise Invalid([("/name", "length")])
    transition = begin_incident_move(session, actor, incident_id, "set_place", version=version)
    incident, was = transition.incident, transition.incident.source
    wide = spot.kind == "kelurahan"
    incident.source = "kelurahan" if wide else "address"
    incident.lat, incident.lon = (None, None) if wide else (spot.lat, spot.lon)
    incident.accuracy_m = None
    incident.cell = None if wide else spot.place.cell
    incident.plus_code = None if wide else spot.place.plus_code
    incident.landmark = incident.landmark if wide else name
    incident.kelurahan = spot.place.kelurahan
    incident.kelurahan_exact = wide or spot.place.exact
    incident.inside_city = wide or spot.place.inside_city
    return finish(transition, {"was": was, "source": incident.source})

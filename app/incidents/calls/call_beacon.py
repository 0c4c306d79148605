"""Record where a phone was when the caller tapped *Telepon 112*; erased after 60 minutes."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from app.accounts.devices import DeviceClaim, known_device
from app.core.clock import now
from app.core.ids import new_id
from app.eventlog.log import REPORTER, lock_head, record_event
from app.geo.districts.locate import Place
from app.incidents.models import CallBeacon


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """Position reported by the phone; `age_s` is its age in seconds."""

    lat: float | None
    lon: float | None
    accuracy_m: float | None
    age_s: float | None


def call(session: Session, claim: DeviceClaim | None, beacon: Beacon, place: Place | None) -> None:
    """Record a call beacon and notify dispatch."""
    lock_head(session)
    moment = now()
    row = CallBeacon(
        id=new_id(),
        device_id=known_device(session, claim, at=moment),
        **asdict(beacon),
        kelurahan=place.kelurahan if place else None,
        plus_code=place.plus_code if place else None,
        at=moment,
    )
    session.add(row)
    session.flush()
    record_event(session, REPORTER, "called", at=moment, call=row.id)

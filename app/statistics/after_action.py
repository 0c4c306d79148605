"""Review one closed incident: its response times against the targets of its kind, and its pushes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.incidents.detail import Dossier
from app.notifications.webpush.models import Notification
from app.statistics.response_times import EVENTS, LEGS, LegEvent, agencies_of, incident_times
from app.statistics.targets import Target, read_targets


@dataclass(frozen=True, slots=True)
class Leg:
    """Duration of one leg in tenths of a second, None where it did not happen, and its target."""

    leg: str
    tenths: int | None
    target: Target | None

    @property
    def kept(self) -> bool | None:
        """Return whether the leg kept its target; None without a target or a duration."""
        return self.target.kept(self.tenths) if self.target else None


@dataclass(frozen=True, slots=True)
class Review:
    """Data of the after-action page besides the dossier."""

    whole: Sequence[Leg]
    agencies: dict[str, Sequence[Leg]]
    pushes: Sequence[Notification]


def review(session: Session, found: Dossier) -> Review:
    """Return the legs of an incident, the legs of each agency, and the pushes."""
    times = incident_times(
        [
            LegEvent(item.name, item.at, agencies_of(item.name, item.data))
            for item in found.timeline
            if item.name in EVENTS
        ]
    )
    targets = {
        target.leg: target for target in read_targets(session, found.incident.kind) if target.share == "p90"
    }
    query = select(Notification).where(Notification.incident_id == found.incident.id)
    return Review(
        [Leg(leg, times.whole.get(leg), targets.get(leg)) for leg in LEGS],
        {
            code: [Leg(leg, legs.get(leg), targets.get(leg)) for leg in LEGS if leg in legs]
            for code, legs in times.agencies.items()
        },
        session.scalars(query.order_by(Notification.created_at)).all(),
    )

"""One incident looked at afterwards: its legs against the targets of its kind, and what came of each push."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.incidents.detail import Dossier
from app.notifications.webpush.models import Notification
from app.statistics.response_times import EVENTS, LEGS, Happened, agencies_of, story
from app.statistics.targets import Target, read_targets


@dataclass(frozen=True, slots=True)
class Leg:
    """How long one leg took, and whether that kept its target; None where it did not happen."""

    leg: str
    tenths: int | None
    target: Target | None

    @property
    def kept(self) -> bool | None:
        return self.target.kept(self.tenths) if self.target else None


@dataclass(frozen=True, slots=True)
class Review:
    """What the after-action page adds to the dossier."""

    whole: Sequence[Leg]
    agencies: dict[str, Sequence[Leg]]
    pushes: Sequence[Notification]


def review(session: Session, found: Dossier) -> Review:
    """Return the legs of an incident, of each agency, and its pushes."""
    incident_times = story(
        [
            Happened(item.name, item.at, agencies_of(item.name, item.facts))
            for item in found.timeline
            if item.name in EVENTS
        ]
    )
    targets = {
        target.leg: target for target in read_targets(session, found.incident.kind) if target.share == "p90"
    }
    query = select(Notification).where(Notification.incident_id == found.incident.id)
    return Review(
        [Leg(leg, incident_times.whole.get(leg), targets.get(leg)) for leg in LEGS],
        {
            code: [Leg(leg, legs.get(leg), targets.get(leg)) for leg in LEGS if leg in legs]
            for code, legs in incident_times.agencies.items()
        },
        session.scalars(query.order_by(Notification.created_at)).all(),
    )

"""Hand an incident outside the city over to the neighbouring 112 by voice, email or SMS, and record the receipt.

The reporter is notified only after the neighbour has accepted it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.agencies.models import Agency, Contact
from app.agencies.seed import NEIGHBOURS
from app.core.db import NEWS, Base, Code, Id, Key, Words, one_of
from app.core.errors import Invalid, NotFound
from app.core.i18n import DEFAULT, say
from app.core.ids import new_id
from app.geo.districts.locate import Beyond
from app.geo.geocoding.describe_position import Here, aloud
from app.incidents.actor import Actor
from app.incidents.lifecycle.transition import Transition, TransitionResult, begin_incident_move, finish
from app.incidents.models import Incident
from app.notifications.gateway.claims import CARRIED_WHOLE
from app.notifications.gateway.models import MEANS, Ring
from app.notifications.wording import UNSPOKEN_KINDS
from app.reports.models import Report
from app.reports.report_number import spoken_number

WAYS: Final = ("voice", "email", "sms")
"""Means of a transfer; `voice`: an operator reads it out on the telephone."""
WORDS_MAX: Final = 80
NEIGHBOUR_OF: Final[Mapping[Beyond, str]] = {
    "kutai_timur": "kutim112",
    "kutai_kartanegara": "kukar112",
}
"""Side of the border → agency code of the neighbouring 112."""


class Transfer(Base):
    """A transfer to a neighbouring 112: the text sent, and the receipt once accepted."""

    __tablename__ = "transfer"
    __table_args__ = (CheckConstraint(one_of("means", WAYS), name="means"),)
    id: Mapped[Key]
    incident_id: Mapped[Id] = mapped_column(ForeignKey("incident.id", ondelete="CASCADE"), index=True)
    agency: Mapped[Code] = mapped_column(ForeignKey("agency.code"))
    means: Mapped[Code]
    text: Mapped[Words]
    given_at: Mapped[datetime]
    given_by: Mapped[Id] = mapped_column(ForeignKey("staff.id"))
    taken_by: Mapped[Words | None]
    """Name of the person at the neighbour's 112 who accepted it."""
    reference: Mapped[Words | None]
    """The neighbour's own incident number."""
    taken_at: Mapped[datetime | None]


def brief(incident: Incident, reports: Sequence[Report], found: Here | None) -> str:
    """Return the Indonesian text for the neighbour: kind, place, and the reporters who may be called back."""
    values = {"number": spoken_number(incident.number), "kind": say(DEFAULT, f"kind.{incident.kind}")}
    parts = [say(DEFAULT, "neighbour.brief", **values)]
    if found:
        parts.append(aloud(DEFAULT, found))
    if incident.lat is not None and incident.lon is not None:
        parts.append(say(DEFAULT, "neighbour.position", lat=f"{incident.lat:.5f}", lon=f"{incident.lon:.5f}"))
    if incident.landmark:
        parts.append(say(DEFAULT, "neighbour.landmark", landmark=incident.landmark))
    for report in reports:
        if report.description:
            parts.append(say(DEFAULT, "neighbour.words", words=report.description[:300]))
        if report.may_call and report.contact_phone:
            parts.append(say(DEFAULT, "neighbour.call_back", phone=report.contact_phone))
    return " ".join(parts)


def may_hand_over(incident: Incident) -> bool:
    """Return whether an incident may be transferred; domestic violence never is."""
    return incident.kind not in UNSPOKEN_KINDS


def send_over(  # noqa: PLR0913  one parameter per form field
    session: Session, actor: Actor, incident_id: str, *, version: int, to: str, means: str, text: str
) -> TransitionResult:
    """Send the text to the neighbour by email or SMS; the receipt follows later.

    Raises:
        NotFound: no such incident, or one that stays here.
        Invalid: no such neighbour, or no address for this means.
    """
    _require_neighbour(to)
    addresses = addresses_of(session, to).get(means, [])
    if means not in MEANS or not addresses:
        raise Invalid([("/means", "no_address")])
    transition = begin_incident_move(session, actor, incident_id, "send_over", version=version)
    _require_transferable(transition.incident)
    session.add(_row(transition, to, means, text))
    step = finish(transition, {"agency": to, "means": means})
    for address in addresses:
        session.add(
            Ring(
                id=new_id(),
                event_seq=step.seq,
                incident_id=incident_id,
                means=means,
                address=address,
                wording=CARRIED_WHOLE,
                data=json.dumps({"number": spoken_number(transition.incident.number), "text": text}),
                state="waiting",
                created_at=transition.at,
                next_at=transition.at,
                attempts=0,
            )
        )
    session.flush()
    session.info[NEWS] = True
    return step


def hand_over(  # noqa: PLR0913  one parameter per form field
    session: Session,
    actor: Actor,
    incident_id: str,
    *,
    version: int,
    to: str,
    taken_by: str,
    reference: str,
    text: str,
) -> TransitionResult:
    """Record the neighbour's receipt (name, reference and time) and notify the reporter.

    Raises:
        NotFound: no such incident, or one that may not be transferred.
        Invalid: no such neighbour, a missing name, or a receipt longer than `WORDS_MAX`.
    """
    _require_neighbour(to)
    name, number = _clean(taken_by), _clean(reference)
    faults = [("/taken_by", "missing")] if not name else []
    faults += [
        (pointer, "receipt_too_long")
        for pointer, words in (("/taken_by", name), ("/reference", number))
        if len(words) > WORDS_MAX
    ]
    if faults:
        raise Invalid(faults)
    transition = begin_incident_move(session, actor, incident_id, "hand_over", version=version)
    _require_transferable(transition.incident)
    row = next(
        (
            transfer
            for transfer in transfers(session, incident_id)
            if transfer.agency == to and not transfer.taken_at
        ),
        None,
    )
    if row is None:
        row = _row(transition, to, "voice", text)
        session.add(row)
    row.taken_by, row.reference, row.taken_at = name, number or None, transition.at
    session.flush()
    return finish(transition, {"agency": to, "transfer": row.id, "means": row.means})


def transfers(session: Session, incident_id: str) -> Sequence[Transfer]:
    """Return the transfers of an incident, oldest first."""
    query = select(Transfer).where(Transfer.incident_id == incident_id)
    return session.scalars(query.order_by(Transfer.given_at, Transfer.id)).all()


def neighbours(session: Session) -> Sequence[Agency]:
    """Return the agencies that are neighbouring 112 centres."""
    codes = [row[0] for row in NEIGHBOURS]
    return session.scalars(select(Agency).where(Agency.code.in_(codes)).order_by(Agency.name)).all()


def addresses_of(session: Session, agency: str) -> dict[str, list[str]]:
    """Return the addresses of a neighbour by means; under `voice` the agency's own telephone comes first."""
    row = session.get(Agency, agency)
    query = select(Contact).where(Contact.agency == agency, Contact.removed_at.is_(None))
    contacts = session.scalars(query.order_by(Contact.name)).all()
    phones = [contact.phone for contact in contacts if contact.phone]
    return {
        "voice": [*([row.phone] if row and row.phone else []), *phones],
        "sms": phones,
        "email": [contact.email for contact in contacts if contact.email],
    }


def _row(transition: Transition, to: str, means: str, text: str) -> Transfer:
    return Transfer(
        id=new_id(),
        incident_id=transition.incident.id,
        agency=to,
        means=means,
        text=text,
        given_at=transition.at,
        given_by=transition.actor.id,
    )


def _require_transferable(incident: Incident) -> None:
    if not may_hand_over(incident):
        raise NotFound


def _require_neighbour(code: str) -> None:
    if code not in {row[0] for row in NEIGHBOURS}:
        raise Invalid([("/to", "unknown_agency")])


def _clean(words: str) -> str:
    return " ".join(words.replace("\x00", "").split())

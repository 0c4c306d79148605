"""The rows of a report on their way, and what the engines are asked to do with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from app.agencies.routing import Route
from app.eventlog.log import NewEvent
from app.reports.report_draft import ReportDraft


class PlaceFound(NamedTuple):
    """What is known of the place of an incident."""

    kelurahan: str | None
    exact: bool
    plus_code: str | None
    cell: int | None
    inside_city: bool


class Stored(NamedTuple):
    """A report as the table has it: all that its answer is made of."""

    id: str
    key: str
    body_hash: str
    number: int
    kind: str
    priority: int
    locale: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A report and its incident before they are written; the writer gives number, device and place in the log."""

    said: ReportDraft
    place: PlaceFound
    route: Route
    report_id: str
    incident_id: str
    day: str
    event: NewEvent

    def row(self) -> dict[str, Any]:
        """Return report and incident as one flat row, named by `REPORT` and `INCIDENT`; moments are aware."""
        said, route, place = self.said, self.route, self.place
        return {
            "id": self.report_id,
            "key": said.key,
            "body_hash": said.body_hash,
            "incident_id": self.incident_id,
            "day": self.day,
            "channel": said.channel,
            "kind": said.kind,
            "kind_word": said.kind_word,
            "priority": route.priority,
            "source": said.source,
            "lat": said.lat,
            "lon": said.lon,
            "accuracy_m": said.accuracy_m,
            "age_s": said.age_s,
            "landmark": said.landmark,
            "kelurahan": place.kelurahan,
            "description": said.description,
            "answers": said.answers,
            "contact_name": said.contact_name,
            "contact_phone": said.contact_phone,
            "may_call": said.may_call,
            "locale": said.locale,
            "made_at": said.made_at,
            "received_at": self.event.at,
            "cell": place.cell,
            "exact": place.exact,
            "plus_code": place.plus_code,
            "inside_city": place.inside_city,
            "open_within_s": route.open_within_s,
            "accept_within_s": route.accept_within_s,
        }


REPORT = (
    "id", "key", "body_hash", "incident_id", "device_id", "day", "number", "channel", "kind", "kind_word",
    "priority", "source", "lat", "lon", "accuracy_m", "age_s", "landmark", "kelurahan", "description", "answers",
    "contact_name", "contact_phone", "may_call", "locale", "made_at", "received_at",
)  # fmt: skip
"""Columns of `report`."""
INCIDENT = {
    "id": "incident_id", "day": "day", "number": "number", "kind": "kind", "priority": "priority",
    "source": "source", "lat": "lat", "lon": "lon", "accuracy_m": "accuracy_m", "cell": "cell",
    "landmark": "landmark", "kelurahan": "kelurahan", "kelurahan_exact": "exact", "plus_code": "plus_code",
    "inside_city": "inside_city", "received_at": "received_at", "open_within_s": "open_within_s",
    "accept_within_s": "accept_within_s",
}  # fmt: skip
"""Columns of `incident` → name in the row; state, version and reports are the same for all."""
EVENT = ("seq", "at", "name", "actor", "actor_id", "incident_id", "report_id", "data", "hash")


class Writer(Protocol):
    """Stores reports over one connection that nobody else uses; one call at a time."""

    def store(self, drafts: Sequence[Draft]) -> Mapping[str, Stored]:
        """Store every report whose key is new, in one transaction; return what each key now stands for."""

    def is_away(self, fault: Exception) -> bool:
        """Tell whether the database, not the rows, is the fault: nothing else would be written either."""

    def may_try_again(self, fault: Exception) -> bool:
        """Tell whether an old connection was found dead, so that a new one is worth a try."""

"""The rows of a report on their way, and what the engines are asked to do with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, Protocol

from app.agencies.routing import Route
from app.core.db import UtcDateTime
from app.eventlog.log import NewEvent
from app.reports.models import Report
from app.reports.report_draft import ReportDraft

_COLUMNS = Report.__table__.columns
_AS_SENT = tuple(field.name for field in fields(ReportDraft) if field.name in _COLUMNS)
_sent_values = attrgetter(*_AS_SENT)
MOMENTS = tuple(column.name for column in _COLUMNS if isinstance(column.type, UtcDateTime))
"""Columns of `report` that hold a moment."""


class PlaceFound(NamedTuple):
    """What is known of the place of an incident, by column of `incident`."""

    kelurahan: str | None
    kelurahan_exact: bool
    plus_code: str | None
    cell: int | None
    inside_city: bool


class Stored(NamedTuple):
    """A report as the table has it, by column of `report`: all that its answer is made of."""

    id: str
    key: str
    body_hash: str
    number: int
    kind: str
    priority: int
    locale: str
    received_at: datetime


stored_values = itemgetter(*Stored._fields)
"""Returns the values of a `Stored` from a row of `report`."""


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

    def report(self, number: int | None = None) -> dict[str, Any]:
        """Return the row of `report`; `device_id` is what the phone claims to be.

        A column that is named like a field of `Said` is stored as it was sent.
        """
        said = self.said
        row: dict[str, Any] = dict(zip(_AS_SENT, _sent_values(said), strict=True))
        row["id"] = self.report_id
        row["incident_id"] = self.incident_id
        row["device_id"] = said.device and said.device.id
        row["day"] = self.day
        row["number"] = number
        row["priority"] = self.route.priority
        row["kelurahan"] = self.place.kelurahan
        row["received_at"] = self.event.at
        return row

    def incident(self) -> dict[str, Any]:
        """Return the row of `incident` but for its number; columns that are not named begin with their default."""
        said, route = self.said, self.route
        return {
            "id": self.incident_id,
            "day": self.day,
            "kind": said.kind,
            "priority": route.priority,
            "state": "received",
            "version": 1,
            "reports": 1,
            "source": said.source,
            "lat": said.lat,
            "lon": said.lon,
            "accuracy_m": said.accuracy_m,
            "landmark": said.landmark,
            "simulation": said.simulation,
            "received_at": self.event.at,
            "open_within_s": route.open_within_s,
            "accept_within_s": route.accept_within_s,
            **self.place._asdict(),
        }


class Writer(Protocol):
    """Stores reports over one connection that nobody else uses; one call at a time."""

    def store(self, drafts: Sequence[Draft]) -> Mapping[str, Stored]:
        """Store every report whose key is new, in one transaction; return what each key now stands for."""

    def is_away(self, fault: Exception) -> bool:
        """Tell whether the database, not the rows, is the fault: nothing else would be written either."""

    def may_try_again(self, fault: Exception) -> bool:
        """Tell whether an old connection was found dead, so that a new one is worth a try."""

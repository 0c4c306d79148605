"""Builds the database rows of a report, and defines the writer that each database engine implements."""

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
"""Columns of `report` that hold a timestamp."""


class PlaceFound(NamedTuple):
    """The place of an incident, by column of `incident`."""

    kelurahan: str | None
    kelurahan_exact: bool
    plus_code: str | None
    cell: int | None
    inside_city: bool


class Stored(NamedTuple):
    """A stored report, by column of `report`: all that the answer to the reporter needs."""

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
    """A report and its incident before they are written; the writer adds number, device and position in the log."""

    submitted: ReportDraft
    place: PlaceFound
    route: Route
    report_id: str
    incident_id: str
    day: str
    event: NewEvent

    def report(self, number: int | None = None) -> dict[str, Any]:
        """Return the row of `report`; `device_id` is the device that the phone claims.

        A column named like a field of `ReportDraft` is stored as it was sent.
        """
        submitted = self.submitted
        row: dict[str, Any] = dict(zip(_AS_SENT, _sent_values(submitted), strict=True))
        row["id"] = self.report_id
        row["incident_id"] = self.incident_id
        row["device_id"] = submitted.device and submitted.device.id
        row["day"] = self.day
        row["number"] = number
        row["priority"] = self.route.priority
        row["kelurahan"] = self.place.kelurahan
        row["received_at"] = self.event.at
        return row

    def incident(self) -> dict[str, Any]:
        """Return the row of `incident` without its number; omitted columns begin with their default."""
        submitted, route = self.submitted, self.route
        return {
            "id": self.incident_id,
            "day": self.day,
            "kind": submitted.kind,
            "priority": route.priority,
            "state": "received",
            "version": 1,
            "reports": 1,
            "source": submitted.source,
            "lat": submitted.lat,
            "lon": submitted.lon,
            "accuracy_m": submitted.accuracy_m,
            "landmark": submitted.landmark,
            "simulation": submitted.simulation,
            "received_at": self.event.at,
            "open_within_s": route.open_within_s,
            "accept_within_s": route.accept_within_s,
            **self.place._asdict(),
        }


class Writer(Protocol):
    """Stores reports over a connection of its own; one call at a time."""

    def store(self, drafts: Sequence[Draft]) -> Mapping[str, Stored]:
        """Store every report whose key is new, in one transaction; return the stored report of each key."""

    def is_away(self, fault: Exception) -> bool:
        """Return whether the database, and no row, is at fault, so that other rows would fail too."""

    def may_try_again(self, fault: Exception) -> bool:
        """Return whether the connection was found closed, so that a new one may succeed."""

"""Stores reports: builds their rows, numbers them, appends their events, and writes waiting reports in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hmac import compare_digest

from sqlalchemy.exc import DBAPIError

from app.agencies.routing import Route, RoutingTable
from app.core.clock import now, wita_day
from app.core.db import Database
from app.core.errors import KeyReused, SiagaError, Unavailable
from app.core.ids import new_id
from app.core.notify import Bell
from app.eventlog.log import NewEvent
from app.geo.districts.cache import Register
from app.geo.districts.locate import Gazetteer
from app.reports.intake_rows import Draft, PlaceFound, Stored, Writer
from app.reports.report_draft import ReportDraft
from app.reports.write_batcher import WriteBatcher

RETRY_AFTER_S = 5
_UNROUTED = Route("other", "diskominfo", (), 1, 15, 60, None)
"""Route of a kind that the routing table lacks: urgent, to the control room."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the answer to the reporter is made of; `fresh` is False when the same report was stored before."""

    report: Stored
    fresh: bool


Outcome = Receipt | SiagaError


class Reception:
    """Stores the reports of one process. Cheap to call, safe from any thread."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._routing = RoutingTable(database)
        self._register = Register(database)
        self._writer = writer
        self._bell = Bell(database)
        self._batcher: WriteBatcher[Draft, Outcome] = WriteBatcher(self._write, is_away=writer.is_away)

    def receive(self, submitted: ReportDraft) -> Receipt:
        """Store a report; when this returns, it is on disk.

        Raises:
            KeyReused: its key was used before, with another body.
            Unavailable: the database is unreachable, locked or full; nothing was stored.
        """
        try:
            outcome = self._batcher(self._draft(submitted))
        except DBAPIError as fault:
            raise Unavailable(retry_after_s=RETRY_AFTER_S) from fault
        except Exception as fault:
            if not self._writer.is_away(fault):
                raise
            raise Unavailable(retry_after_s=RETRY_AFTER_S) from fault
        if isinstance(outcome, SiagaError):
            raise outcome
        return outcome

    def _draft(self, submitted: ReportDraft) -> Draft:
        """Return the rows of a report without its number and its position in the log."""
        route = self._routing.routes().get(submitted.kind, _UNROUTED)
        gazetteer = self._register.gazetteer()
        place = _place(gazetteer, submitted)
        if submitted.kelurahan and place.kelurahan is None and submitted.lat is None:
            submitted = replace(
                submitted, landmark=", ".join(filter(None, (submitted.landmark, submitted.kelurahan)))
            )
        moment = now()
        report_id, incident_id = new_id(), new_id()
        data = {
            "kind": submitted.kind,
            "priority": route.priority,
            "source": submitted.source,
            "state": "received",
            "version": 1,
        }
        return Draft(
            submitted=submitted,
            place=place,
            report_id=report_id,
            incident_id=incident_id,
            route=route,
            day=wita_day(moment),
            event=NewEvent(
                name="received",
                at=moment,
                actor="reporter",
                incident_id=incident_id,
                report_id=report_id,
                data=data,
            ),
        )

    def _write(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """Write a batch; try a second time when the connection was found closed."""
        try:
            return self._write_once(drafts)
        except Exception as fault:
            if not self._writer.may_try_again(fault):
                raise
        return self._write_once(drafts)

    def _write_once(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """Write a batch in one transaction; the same key twice in one batch gives one report."""
        stored = self._writer.store(drafts)
        if any(stored[draft.submitted.key].id == draft.report_id for draft in drafts):
            self._bell.ring()
        return [_outcome(draft, stored[draft.submitted.key]) for draft in drafts]


def _outcome(draft: Draft, stored: Stored) -> Outcome:
    fresh = stored.id == draft.report_id
    if fresh or compare_digest(stored.body_hash, draft.submitted.body_hash):
        return Receipt(stored, fresh)
    return KeyReused()


def _place(gazetteer: Gazetteer, submitted: ReportDraft) -> PlaceFound:
    """Return the place of a report, found by position, else by the kelurahan it names."""
    if submitted.lat is not None and submitted.lon is not None:
        place = gazetteer.place_of(submitted.lat, submitted.lon)
        return PlaceFound(place.kelurahan, place.exact, place.plus_code, place.cell, place.inside_city)
    named = submitted.kelurahan
    code = named if named is None or named in gazetteer.by_code else gazetteer.match(named)
    return PlaceFound(code, code is not None, None, None, True)


def open_reception(database: Database) -> Reception:
    """Return the report intake for the engine of `database`."""
    if database.is_sqlite:
        from app.reports.intake_sqlite import SqliteWriter

        return Reception(database, SqliteWriter(database))
    from app.reports.intake_postgresql import PostgresqlWriter

    return Reception(database, PostgresqlWriter(database))

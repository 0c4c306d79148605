"""A report becomes a fact: its rows are made here, numbered, chained, and written with everybody else's."""

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
from app.reports.write_batcher import Combiner

RETRY_AFTER_S = 5
_UNROUTED = Route("other", "diskominfo", (), 1, 15, 60, None)
"""A kind that the table has lost is treated as urgent."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is told to whoever reported; `fresh` is False when the same report was already here."""

    report: Stored
    fresh: bool


Outcome = Receipt | SiagaError


class Reception:
    """Takes reports of one process. Cheap to call, safe from any thread."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._routing = RoutingTable(database)
        self._register = Register(database)
        self._writer = writer
        self._bell = Bell(database)
        self._combine: Combiner[Draft, Outcome] = Combiner(self._write, hopeless=writer.is_away)

    def receive(self, said: ReportDraft) -> Receipt:
        """Store a report; when this returns, it is on disk.

        Raises:
            KeyReused: its key came before, with another body.
            Unavailable: the database cannot be reached or has no room; nothing was stored.
        """
        try:
            outcome = self._combine(self._draft(said))
        except DBAPIError as fault:
            raise Unavailable(retry_after_s=RETRY_AFTER_S) from fault
        except Exception as fault:
            if not self._writer.is_away(fault):
                raise
            raise Unavailable(retry_after_s=RETRY_AFTER_S) from fault
        if isinstance(outcome, SiagaError):
            raise outcome
        return outcome

    def _draft(self, said: ReportDraft) -> Draft:
        """Return the rows of a report but for its number and its place in the log."""
        route = self._routing.routes().get(said.kind, _UNROUTED)
        gazetteer = self._register.gazetteer()
        place = _place(gazetteer, said)
        if said.kelurahan and place.kelurahan is None and said.lat is None:
            said = replace(said, landmark=", ".join(filter(None, (said.landmark, said.kelurahan))))
        moment = now()
        report_id, incident_id = new_id(), new_id()
        data = {
            "kind": said.kind,
            "priority": route.priority,
            "source": said.source,
            "state": "received",
            "version": 1,
        }
        return Draft(
            said=said,
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
        """Write a batch; once more when the connection had died meanwhile."""
        try:
            return self._write_once(drafts)
        except Exception as fault:
            if not self._writer.may_try_again(fault):
                raise
        return self._write_once(drafts)

    def _write_once(self, drafts: Sequence[Draft]) -> list[Outcome]:
        """Write a batch in one transaction; the same key twice in one batch is one report."""
        stored = self._writer.store(drafts)
        if any(stored[draft.said.key].id == draft.report_id for draft in drafts):
            self._bell.ring()
        return [_outcome(draft, stored[draft.said.key]) for draft in drafts]


def _outcome(draft: Draft, stored: Stored) -> Outcome:
    fresh = stored.id == draft.report_id
    if fresh or compare_digest(stored.body_hash, draft.said.body_hash):
        return Receipt(stored, fresh)
    return KeyReused()


def _place(gazetteer: Gazetteer, said: ReportDraft) -> PlaceFound:
    """Return what is known of the place: by position, else by the kelurahan that was named."""
    if said.lat is not None and said.lon is not None:
        place = gazetteer.place_of(said.lat, said.lon)
        return PlaceFound(place.kelurahan, place.exact, place.plus_code, place.cell, place.inside_city)
    named = said.kelurahan
    code = named if named is None or named in gazetteer.by_code else gazetteer.match(named)
    return PlaceFound(code, code is not None, None, None, True)


def open_reception(database: Database) -> Reception:
    """Return the reception for the engine of `database`."""
    if database.is_sqlite:
        from app.reports.intake_sqlite import SqliteWriter

        return Reception(database, SqliteWriter(database))
    from app.reports.intake_postgresql import PostgresqlWriter

    return Reception(database, PostgresqlWriter(database))

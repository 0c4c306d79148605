"""Lists that may be read: the log, staff, routing, agencies, numbers. Editing is in editing.py."""

from __future__ import annotations

import json

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.accounts import staff
from app.accounts.login import database
from app.accounts.models import ROLES
from app.agencies.models import Agency, DirectoryNumber, Routing
from app.console.access import console_route
from app.console.queue import agency_names
from app.core.errors import SiagaError
from app.core.models import Event
from app.dispatch.models import Incident
from app.dispatch.people import names_of
from app.reports.numbers import spoken_number

OVERSIGHT = frozenset({"supervisor", "auditor"})
KEEPERS = OVERSIGHT | {"administrator"}
EVENTS = 100


@console_route("/peristiwa", roles=OVERSIGHT)
def event_log() -> ResponseReturnValue:
    """Show the log, newest first: who did what when. It holds no words, names of residents or places."""
    before = request.args.get("sebelum", "")
    with database().read() as session:
        query = select(Event).order_by(Event.seq.desc()).limit(EVENTS + 1)
        if before.isdecimal() and len(before) < 19:
            query = query.where(Event.seq < int(before))
        events = session.scalars(query).all()
        shown = events[:EVENTS]
        incidents = {event.incident_id for event in shown if event.incident_id}
        numbers = session.execute(
            select(Incident.id, Incident.number).where(Incident.id.in_(incidents))
        ).all()
        return render_template(
            "console/events.html",
            events=[(event, json.loads(event.data)) for event in shown],
            names=names_of(session, [event.actor_id for event in shown if event.actor == "staff"]),
            numbers={row.id: spoken_number(row.number) for row in numbers},
            agencies=agency_names(session),
            more=shown[-1].seq if len(events) > EVENTS else None,
        )


@console_route("/staf", roles=KEEPERS)
def staff_list() -> ResponseReturnValue:
    """Show who works here."""
    return staff_page()


@console_route("/rute", roles=KEEPERS)
def routing_list() -> ResponseReturnValue:
    """Show which agencies a kind goes to, how urgent it is, and its two clocks."""
    return routing_page()


@console_route("/instansi", roles=ROLES)
def agency_list() -> ResponseReturnValue:
    """Show the agencies with their telephones."""
    return agency_page()


@console_route("/nomor", roles=KEEPERS)
def number_list() -> ResponseReturnValue:
    """Show the directory that residents see."""
    return number_page()


def staff_page(*, fault: SiagaError | None = None) -> str:
    """Return the list of staff; `fault` belongs to the form on it."""
    with database().read() as session:
        return render_template(
            "console/staff.html",
            people=staff.list_staff(session),
            clearable=staff.CLEARABLE,
            roles=ROLES,
            agencies=agency_names(session),
            fault=fault,
        )


def routing_page(*, fault: SiagaError | None = None) -> str:
    """Return the routing table; `fault` belongs to the form on it."""
    with database().read() as session:
        order = (Routing.tile.is_(None), Routing.tile, Routing.kind)
        return render_template(
            "console/routing.html",
            routes=session.scalars(select(Routing).order_by(*order)).all(),
            agencies=agency_names(session),
            fault=fault,
        )


def agency_page(*, fault: SiagaError | None = None) -> str:
    """Return the agencies; `fault` belongs to the form on it."""
    with database().read() as session:
        return render_template(
            "console/agencies.html",
            rows=session.scalars(select(Agency).order_by(Agency.short_name)).all(),
            agencies=agency_names(session),
            fault=fault,
        )


def number_page(*, fault: SiagaError | None = None) -> str:
    """Return the directory; `fault` belongs to the form on it."""
    with database().read() as session:
        return render_template(
            "console/numbers.html",
            rows=session.scalars(select(DirectoryNumber).order_by(DirectoryNumber.place)).all(),
            fault=fault,
        )

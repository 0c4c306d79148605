"""Show and edit the on-call contacts, hours and swaps of 112 and of each agency.

Supervisors and administrators may edit all of them, an agency its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Staff
from app.accounts.request_user import database
from app.agencies import on_call, on_call_admin
from app.agencies.models import Contact, OnCall, Swap
from app.console.dispatch.queue import agency_names
from app.console.shared.route import STAFF, console_route, current
from app.core.clock import WITA, now
from app.core.errors import Invalid, NotFound, SiagaError

WRITERS = {"supervisor", "administrator", "agency"}
TEAM_112 = "112"
"""Name of the 112 team in addresses; every other team is an agency's code."""
Change = Callable[[Session, str, str | None], object]


@console_route("/jaga", roles=STAFF)
def roster_list() -> ResponseReturnValue:
    """Show the contacts on call now, the roster, contacts and swaps of one team."""
    return _render_page(_team(request.args.get("tim")))


@console_route("/jaga/<team>/kontak", roles=WRITERS, methods=["POST"])
def change_contact(team: str) -> ResponseReturnValue:
    """Add or change a contact."""
    form = request.form
    change = on_call_admin.ContactChange(
        name=form.get("name", ""),
        phone=form.get("phone", ""),
        email=form.get("email", ""),
        staff=form.get("staff", ""),
    )
    known = form.get("contact") or None
    return _save(
        team, lambda session, me, agency: on_call_admin.set_contact(session, me, agency, known, change)
    )


@console_route("/jaga/<team>/jadwal", roles=WRITERS, methods=["POST"])
def add_roster_line(team: str) -> ResponseReturnValue:
    """Add a contact to the roster."""
    form = request.form
    return _save(
        team,
        lambda session, me, agency: on_call_admin.add_line(
            session,
            me,
            agency,
            contact_id=form.get("contact", ""),
            duty=form.get("duty", ""),
            days="".join(form.getlist("days")),
            from_min=_minute("from"),
            to_min=_minute("to"),
        ),
    )


@console_route("/jaga/<team>/tukar", roles=WRITERS, methods=["POST"])
def swap_duty(team: str) -> ResponseReturnValue:
    """Replace a contact by another for one duty."""
    form = request.form
    return _save(
        team,
        lambda session, me, agency: on_call_admin.swap(
            session,
            me,
            agency,
            line_id=form.get("line", ""),
            contact_id=form.get("contact", ""),
            starts_at=_moment("starts_at"),
            ends_at=_moment("ends_at"),
        ),
    )


@console_route("/jaga/<team>/hapus/<what>/<row_id>", roles=WRITERS, methods=["POST"])
def remove_from_roster(team: str, what: str, row_id: str) -> ResponseReturnValue:
    """Remove a contact, a roster line or a swap."""
    removals = {
        "kontak": on_call_admin.remove_contact,
        "jadwal": on_call_admin.remove_line,
        "tukar": on_call_admin.remove_swap,
    }
    if what not in removals:
        raise NotFound
    return _save(team, lambda session, me, agency: removals[what](session, me, agency, row_id))


def _team(requested: str | None) -> str | None:
    """Return the agency whose roster is requested, None for 112.

    Raises:
        NotFound: an agency requested the roster of another team.
    """
    member = current()
    if member.role == "agency":
        if requested not in {None, member.agency}:
            raise NotFound
        return member.agency
    return None if requested in {None, "", TEAM_112} else requested


def _save(team: str, change: Change) -> ResponseReturnValue:
    agency = _team(team)
    try:
        with database().write() as session:
            if agency is not None and agency not in agency_names(session):
                raise NotFound
            change(session, current().id, agency)
    except Invalid as fault:
        return _render_page(agency, fault=fault), fault.status
    return redirect(url_for("console.roster_list", tim=agency or TEAM_112, ok="1"), 303)


def _render_page(agency: str | None, *, fault: SiagaError | None = None) -> str:
    with database().read() as session:
        names = agency_names(session)
        if agency is not None and agency not in names:
            raise NotFound
        own = Contact.agency.is_(None) if agency is None else Contact.agency == agency
        contacts = session.scalars(
            select(Contact).where(own, Contact.removed_at.is_(None)).order_by(Contact.name)
        ).all()
        duties = on_call_admin.ROOM_DUTIES if agency is None else on_call_admin.AGENCY_DUTIES
        return render_template(
            "console/rosters.html",
            team=agency or TEAM_112,
            contacts={contact.id: contact for contact in contacts},
            duties=duties,
            lines=_lines(session, contacts),
            swaps=_swaps(session, contacts),
            on_call=[(duty, on_call.on_call(session, agency, duty, now())) for duty in duties],
            accounts=_accounts(session, agency),
            agencies=names,
            room=TEAM_112,
            may_change=current().role in WRITERS,
            typed=request.form if fault else {},
            fault=fault,
        )


def _lines(session: Session, contacts: Any) -> list[OnCall]:
    query = select(OnCall).where(OnCall.contact_id.in_([contact.id for contact in contacts]))
    return list(session.scalars(query.order_by(OnCall.duty, OnCall.from_min, OnCall.id)))


def _swaps(session: Session, contacts: Any) -> list[tuple[Swap, OnCall]]:
    query = (
        select(Swap, OnCall)
        .join(OnCall, OnCall.id == Swap.on_call_id)
        .where(OnCall.contact_id.in_([contact.id for contact in contacts]), Swap.ends_at > now())
        .order_by(Swap.starts_at)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _accounts(session: Session, agency: str | None) -> dict[str, str]:
    """Return the names of accounts that a contact of the team may have, by id."""
    query = select(Staff.id, Staff.name).where(Staff.disabled_at.is_(None)).order_by(Staff.name)
    query = query.where(Staff.agency.is_(None)) if agency is None else query.where(Staff.agency == agency)
    return {row.id: row.name for row in session.execute(query)}


def _minute(field: str) -> int:
    try:
        at = datetime.strptime(request.form.get(field, ""), "%H:%M")  # noqa: DTZ007  a time of day
    except ValueError:
        return -1
    return at.hour * 60 + at.minute


def _moment(field: str) -> datetime | None:
    """Return the WITA time in a `datetime-local` field, None for unreadable text."""
    try:
        return datetime.strptime(request.form.get(field, ""), "%Y-%m-%dT%H:%M").replace(tzinfo=WITA)
    except ValueError:
        return None

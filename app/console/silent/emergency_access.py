"""Serve emergency access to the dispatch summary of a case.

A supervisor requests it, an administrator or a counsellor approves, and access lasts one hour.
"""

from __future__ import annotations

import re
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.dispatch.queue import agency_names
from app.console.shared.route import console_route, current
from app.console.silent.counsellor import number_of, place_words
from app.console.silent.counsellor_access import acting_counsellor, is_counsellor, with_installation_key
from app.core.clock import now, wita_day
from app.core.errors import Conflict, Invalid, NotFound
from app.silent import emergency_access
from app.silent.crypto.master_key import MasterKey
from app.silent.encrypted_fields import summary_of

ASKERS = {"supervisor"}
AGREERS = {"administrator", "agency"}
"""Of the agencies only counsellors; the view checks it."""
BROKEN = {"open", "over"}
"""States shown to the requester. A request without approval stays hidden, or it would reveal that the case exists."""
YEARS = range(2000, 3000)
_NUMBER = re.compile(r"(?:[A-Za-z]-)?(\d{1,6})")


@console_route("/darurat", roles={"supervisor", "administrator"}, hidden=True)
def glass_page() -> ResponseReturnValue:
    """Show a supervisor's own requests, or to an administrator the requests that wait for approval."""
    return _page()


@console_route("/darurat", roles=ASKERS, methods=["POST"], hidden=True)
def ask_for_glass() -> ResponseReturnValue:
    """Request access to a case by its number; the response is the same whether or not the case exists."""
    found = _NUMBER.fullmatch(request.form.get("number", "").strip())
    day = read_day(request.form.get("day", ""))
    if found is None or day is None:
        return _page(fault="bad_number" if found is None else "bad_day"), 422
    try:
        with database().write() as session:
            emergency_access.request_access(
                session,
                acting_counsellor(),
                number=int(found[1]),
                day=day,
                reason=request.form.get("reason", ""),
            )
    except Invalid:
        return _page(fault="bad_number"), 422
    return redirect(url_for("console.glass_page", ok="asked"), 303)


@console_route("/darurat/<glass_id>/setuju", roles=AGREERS, methods=["POST"], hidden=True)
def agree_to_glass(glass_id: str) -> ResponseReturnValue:
    """Approve the request of another person."""
    member = current()
    if member.role == "agency" and not is_counsellor(member):
        raise NotFound
    try:
        with database().write() as session:
            emergency_access.approve_access(session, acting_counsellor(), glass_id)
    except Conflict:
        if member.role == "agency":
            raise
        return _page(fault="too_late"), 409
    back = "console.counsel_room" if member.role == "agency" else "console.glass_page"
    return redirect(url_for(back), 303)


@console_route("/darurat/<glass_id>", roles=ASKERS, hidden=True)
def through_glass(glass_id: str) -> ResponseReturnValue:
    """Show the dispatch summary of an approved request. Each view is one log entry."""
    return with_installation_key(lambda master_key: _through(master_key, glass_id))


def _through(master_key: MasterKey, glass_id: str) -> str:
    acting = acting_counsellor()
    with database().write() as session:
        case = emergency_access.open_granted_case(session, acting, glass_id)
        block = summary_of(master_key, case)
        until = next(
            item.until
            for item in emergency_access.recent_requests(session, now(), requested_by=acting.staff_id)
            if item.id == glass_id
        )
        return render_template(
            "console/counsel/emergency_case.html",
            case=case,
            block=block,
            place=place_words(block),
            until=until,
            number_of=number_of,
            agencies=agency_names(session),
        )


def read_day(text: str) -> date | None:
    """Parse a day from a form, None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _page(*, fault: str = "") -> str:
    member = current()
    with database().read() as session:
        requested_by = member.id if member.role in ASKERS else None
        found = emergency_access.recent_requests(session, now(), requested_by=requested_by)
        return render_template(
            "console/counsel/emergency_access.html",
            asks=member.role in ASKERS,
            broken=[item for item in found if item.state in (BROKEN if requested_by else {"waiting"})],
            reasons=emergency_access.GLASS_REASONS,
            today=wita_day(now()),
            fault=fault,
            ok=request.args.get("ok") == "asked" and not fault,
            agencies=agency_names(session),
        )

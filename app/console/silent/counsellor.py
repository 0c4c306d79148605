"""Serve the counsellor pages: the case list, one case, taking it, legal deadlines, and news."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.dispatch.queue import agency_names, village_names
from app.console.shared.layout import gazetteer, span_words
from app.console.shared.page import locale
from app.console.shared.route import current
from app.console.silent.counsellor_access import (
    acting_counsellor,
    case_access,
    counsellor_route,
    require_installation_key,
    viewer,
    with_installation_key,
)
from app.console.silent.safe_contact import may_call
from app.core.clock import now
from app.core.errors import Conflict
from app.core.i18n import has, say, words
from app.incidents.actor import names_of
from app.silent import counsellor_case, dispatch_case, emergency_access, legal_deadlines
from app.silent.access import PPA
from app.silent.case_log import lock_case_log, log_of_case
from app.silent.crypto.master_key import MasterKey
from app.silent.dispatch_summary import DispatchSummary
from app.silent.encrypted_fields import summary_of
from app.silent.models import CaseAgency, CaseLogEntry, SilentCase

CASE = "/kasus/<case_id>"
COUNTED_VIEWS = {"viewed", "unsealed", "recovered"}
"""Log entries that the reporter's receipt counts as openings of the case."""
SCRIPT_WORDS = "counsel.js."
"""Prefix of the texts that the scripts of the page show."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """Hold one line of the access log: time, actor, action."""

    at: datetime
    who: str
    what: str
    look: bool


@counsellor_route("")
def counsel_room() -> ResponseReturnValue:
    """Show the open cases and the counsellor's own, without their content."""
    with database().read() as session:
        return render_template(
            "console/counsel/list.html",
            rows=counsellor_case.case_rows(session, current().id),
            **_frame(session),
        )


@counsellor_route("/kabar")
def counsel_news() -> ResponseReturnValue:
    """Return what the browser rings for: a new case, news in an own case, emergency access requested or used."""
    with database().read() as session:
        rows = counsellor_case.case_rows(session, current().id)
        frame = _frame(session)
        return jsonify(
            cases=[row.case.id for row in rows if row.case.closed_at is None],
            messages=sorted(counsellor_case.unread_items(session, current().id)),
            glass=[
                f"{item.id}|{item.state}" for item in frame["broken"] if item.state in {"waiting", "open"}
            ],
            html=render_template("console/counsel/alarms.html", **frame),
        )


@counsellor_route(CASE)
def counsel_case(case_id: str) -> ResponseReturnValue:
    """Show one case: dispatch summary, deadlines, safe contact, access log. Each view is one log entry."""
    return with_installation_key(lambda master_key: _case_page(master_key, case_id))


def _case_page(master_key: MasterKey, case_id: str) -> str:
    acting = acting_counsellor()
    with database().write() as session:
        access = case_access(session, case_id)
        case, own = access.case, access.viewer == "on_case"
        counsellor_case.record_view(session, acting, case)
        entries = log_of_case(session, case.id)
        block = summary_of(master_key, case) if "block" in access.fields and case.closed_at is None else None
        return render_template(
            "console/counsel/case.html",
            case=case,
            own=own,
            row=next(
                row for row in counsellor_case.case_rows(session, acting.staff_id) if row.case.id == case.id
            ),
            block=block,
            reachable=block is not None
            and may_call(block.contact, acting.moment, code_word_known=True).allowed,
            place=place_words(block),
            duties=_timers(case, entries),
            log=_log(session, entries) if "links" in access.fields else [],
            **_frame(session),
        )


@counsellor_route(f"{CASE}/ambil", methods=["POST"])
def counsel_take(case_id: str) -> ResponseReturnValue:
    """Take a case; taking it again is no error. With the first counsellor UPTD PPA has accepted.

    That stops the alarms, so it is refused while a key service is unreachable and nobody can read where to go.
    """
    require_installation_key()
    try:
        with database().write() as session:
            lock_case_log(session)
            counsellor_case.take_case(session, acting_counsellor(), case_access(session, case_id).case)
            own_agency = session.get(CaseAgency, (case_id, PPA))
            if own_agency is not None and own_agency.state == "notified":
                dispatch_case.apply_step(session, viewer(), case_id, "accept")
    except Conflict:
        pass
    return redirect(url_for("console.counsel_case", case_id=case_id), 303)


@counsellor_route(f"{CASE}/tenggat", methods=["POST"])
def counsel_duty(case_id: str) -> ResponseReturnValue:
    """Record the state of a legal duty."""
    duty, answer = request.form.get("duty", ""), request.form.get("answer", "")
    try:
        with database().write() as session:
            case = case_access(session, case_id, need="sealed").case
            legal_deadlines.record_duty(session, acting_counsellor(), case, duty=duty, answer=answer)
    except Conflict:
        pass
    return redirect(url_for("console.counsel_case", case_id=case_id), 303)


def number_of(case: SilentCase) -> str:
    """Return the spoken form of a case number."""
    return f"B-{case.number:04d}"


def _frame(session: Session) -> dict[str, Any]:
    book = words(locale())
    texts = {
        key.removeprefix(SCRIPT_WORDS): value for key, value in book.items() if key.startswith(SCRIPT_WORDS)
    }
    texts |= {unit: book[f"console.span.{unit}"] for unit in ("day", "hour", "minute", "second")}
    return {
        "broken": emergency_access.recent_requests(session, now()),
        "number_of": number_of,
        "counsel_words": texts,
        "agencies": agency_names(session),
    }


def place_words(block: DispatchSummary | None) -> str:
    """Return the place in words, empty when the reporter gave none; nothing is guessed."""
    if block is None:
        return ""
    if block.position is not None:
        found = gazetteer().place_of(block.position.lat, block.position.lon)
        return f"{village_names().get(found.kelurahan, '')} · {found.plus_code}"
    return village_names().get(block.kelurahan or "", "")


def _timers(case: SilentCase, entries: Any) -> list[tuple[legal_deadlines.Duty, str]]:
    """Return each deadline with the time left or overdue, in words."""
    moment, language = now(), locale()
    found = []
    for duty in legal_deadlines.duties_of(case, entries):
        span = duty.due - moment
        key = "counsel.duty_late" if span < timedelta() else "counsel.duty_left"
        found.append((duty, say(language, key, span=span_words(language, abs(span)))))
    return found


def _log(session: Session, entries: Any) -> list[LogLine]:
    """Return the log entries of a case in words, newest first, without item ids."""
    names = names_of(session, [entry.actor_id for entry in entries if entry.actor == "staff"])
    agencies = agency_names(session)
    return [_log_line(entry, names, agencies) for entry in reversed(entries)]


def _log_line(entry: CaseLogEntry, names: dict[str, str], agencies: dict[str, str]) -> LogLine:
    language = locale()
    who = names.get(entry.actor_id or "") or say(language, f"counsel.actor.{entry.actor}")
    key = f"counsel.link.{entry.name}"
    what = say(language, key if has(language, key) else "counsel.link.other")
    agency = json.loads(entry.data).get("agency")
    suffix = f" ({agencies.get(agency, agency)})" if agency else ""
    return LogLine(entry.at, who, what + suffix, entry.name in COUNTED_VIEWS)

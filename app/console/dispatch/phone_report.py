"""Record calls and SMS as reports: a form that is saved while typing, beside waiting calls and call positions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast
from uuid import UUID, uuid5

from flask import current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.dispatch.queue import village_names
from app.console.shared.layout import current_actor, gazetteer
from app.console.shared.route import DESK, console_route
from app.core.clock import now
from app.core.domain import KINDS
from app.core.errors import Invalid, NotFound, SiagaError
from app.core.ids import is_id, new_id
from app.core.secrets import Secrets
from app.incidents.calls import call_report
from app.incidents.calls import exchange as exchange_calls
from app.incidents.detail import recent_beacons
from app.reports.intake import Reception, open_reception
from app.reports.kind_guess import guess
from app.reports.models import Report
from app.reports.report_draft import ReportDraft
from app.reports.report_number import spoken_number
from app.reports.sms_code import MOST, NoReport, SmsRead, read_sms

FIELDS: Final = ("class", "kind", "words", "kelurahan", "landmark", "name", "phone", "beacon", "line")
_SMS: Final = UUID("9d4d3c52-7a61-5f0e-8a11-112112112112")
"""UUID name space of the keys of SMS reports."""


@console_route("/telepon", roles=DESK)
def phone_page() -> ResponseReturnValue:
    """Show the form, empty or with a draft, beside calls and positions."""
    draft_id = request.args.get("lanjut", "")
    with database().read() as session:
        found = {row.id: fields for row, fields in exchange_calls.drafts_of(session, current_actor())}
        line = (
            session.get(exchange_calls.PhoneCall, request.args.get("panggilan", ""))
            if _is_line_request()
            else None
        )
        fields = found.get(draft_id) or ({"line": line.id, "phone": line.phone or ""} if line else {})
    return _render_page(fields, key=draft_id if draft_id in found else new_id())


@console_route("/telepon", roles=DESK, methods=["POST"])
def take_call() -> ResponseReturnValue:
    """Create a report of the call; a form with a fault keeps all that was typed."""
    fields = _form_fields()
    taken = call_report.CallForm(
        key=request.form.get("key", ""),
        sort=fields["class"] or "normal",
        kind=fields["kind"] or "other",
        **{name: fields[name] for name in FIELDS[2:]},
    )
    try:
        incident_id = call_report.record(database(), _secrets(), reception(), current_actor(), taken)
    except Invalid as fault:
        key = taken.key if is_id(taken.key) else new_id()
        return _render_page(fields, key=key, fault=fault), fault.status
    if incident_id is None:
        return redirect(url_for("console.phone_page", kasus="1"), 303)
    return redirect(url_for("console.incident", incident_id=incident_id), 303)


@console_route("/telepon/simpan", roles=DESK, methods=["POST"])
def keep_call() -> ResponseReturnValue:
    """Store the draft of the form and return the kind that its words suggest.

    Raises:
        Invalid: without a key.
    """
    key, fields = request.form.get("key", ""), _form_fields()
    if not is_id(key):
        raise Invalid([("/key", "malformed")])
    with database().write() as session:
        exchange_calls.keep_draft(
            session, current_actor(), key, {name: words for name, words in fields.items() if words}
        )
    found = guess(fields["words"])
    return jsonify({"kind": found.kind, "word": found.word} if found else {})


@console_route("/telepon/buang", roles=DESK, methods=["POST"])
def drop_call() -> ResponseReturnValue:
    """Delete one of the operator's own drafts."""
    if is_id(request.form.get("key", "")):
        with database().write() as session:
            exchange_calls.drop_draft(session, current_actor(), request.form["key"])
    return redirect(url_for("console.phone_page"), 303)


@console_route("/telepon/panggilan", roles=DESK)
def phone_lines() -> ResponseReturnValue:
    """Return the list of calls and positions, which the page refreshes."""
    with database().read() as session:
        return render_template("console/phone_lines.html", **_calls_context(session))


@console_route("/telepon/panggilan/<line_id>", roles=DESK, methods=["POST"])
def work_off_call(line_id: str) -> ResponseReturnValue:
    """Record that a missed call was called back."""
    if not is_id(line_id):
        raise NotFound
    with database().write() as session:
        exchange_calls.work_off(session, current_actor(), line_id)
    return redirect(url_for("console.phone_page"), 303)


@console_route("/telepon/sms", roles=DESK, methods=["POST"])
def take_sms() -> ResponseReturnValue:
    """Create a report of an SMS; an SMS whose report exists already leads to that report."""
    sent = request.form.get("text", "")[:MOST]
    try:
        found = read_sms(sent)
    except NoReport as fault:
        return _render_page({}, key=new_id(), sms=sent, fault=Invalid([("/sms", fault.code)])), 422
    with database().read() as session:
        known = _incident_of_sms(session, found)
    if known is None:
        receipt = reception().receive(_draft_from_sms(found))
        with database().read() as session:
            known = session.get_one(Report, receipt.report.id).incident_id
    return redirect(url_for("console.incident", incident_id=known), 303)


def _incident_of_sms(session: Session, found: SmsRead) -> str | None:
    """Return the incident of the newest report whose key ends like the SMS code, among the last 2000 reports."""
    query = select(Report.key, Report.incident_id).order_by(Report.received_at.desc()).limit(2000)
    return next(
        (row.incident_id for row in session.execute(query) if row.key[-6:].upper() == found.short), None
    )


def _draft_from_sms(found: SmsRead) -> ReportDraft:
    key = str(uuid5(_SMS, f"{now():%Y-%m-%d}|{found}"))
    known = found.lat is not None
    return ReportDraft(
        key=key,
        body_hash=key,
        kind=found.kind,
        kind_word=found.kind_word,
        source="gps" if known else "address" if found.place else "none",
        lat=found.lat,
        lon=found.lon,
        kelurahan=gazetteer().match(found.place) if found.place and not known else None,
        landmark=found.place,
        channel="sms",
    )


def _render_page(
    fields: Mapping[str, str], *, key: str, sms: str = "", fault: SiagaError | None = None
) -> str:
    with database().read() as session:
        return render_template(
            "console/phone.html",
            fields=fields,
            key=key,
            sms=sms,
            fault=fault,
            kinds=KINDS,
            classes=call_report.CLASSES,
            drafts=[
                (row, kept)
                for row, kept in exchange_calls.drafts_of(session, current_actor())
                if row.id != key
            ],
            spoken=spoken_number,
            **_calls_context(session),
        )


def _calls_context(session: Session) -> dict[str, object]:
    return {
        "waiting": exchange_calls.waiting_lines(session),
        "missed": exchange_calls.missed_lines(session),
        "beacons": recent_beacons(session),
        "villages": village_names(),
    }


def _form_fields() -> dict[str, str]:
    return {name: request.form.get(name, "").replace("\x00", "").strip()[:4000] for name in FIELDS}


def _is_line_request() -> bool:
    return is_id(request.args.get("panggilan", ""))


def _secrets() -> Secrets:
    return cast("Secrets", current_app.secrets)  # type: ignore[attr-defined]


def reception() -> Reception:
    """Return the report intake of this process; a process that serves the console alone opens its own."""
    found: Reception | None = current_app.extensions.get("reception")
    if found is None:
        found = current_app.extensions["reception"] = open_reception(database())
    return found

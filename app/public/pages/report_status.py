"""Serves the page of a report without script: its progress, signals, messages and photos for the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid5

from flask import Blueprint, Response, abort, current_app, redirect, request

from app.core.errors import Invalid, NotFound
from app.core.i18n import has
from app.core.ids import new_id
from app.incidents.reporter import messages
from app.public.api import report_status
from app.public.pages.form_fields import Filled, parts_of, read_form
from app.public.pages.report_photos import CODES, keep_photos
from app.public.pages.routes import NEVER, locale, page, resident
from app.reports.models import SIGNALS

if TYPE_CHECKING:
    from app import Siaga

plain_report = Blueprint("plain_report", __name__)
COOKIE = "siaga_track_"
"""Prefix of the cookie that opens a report's page again; its value is the report's token."""


@plain_report.get("/laporan")
def mine() -> Response:
    """Return the reports that this browser sent by the plain form."""
    found = [_progress(name.removeprefix(COOKIE)) for name in request.cookies if name.startswith(COOKIE)]
    return filled_page("laporan.html", "mine.title", reports=[report for report in found if report])


@plain_report.get("/laporan/<uuid:report_id>")
def follow(report_id: UUID) -> Response:
    """Return the progress of a report; without its cookie 404, as for an unknown id."""
    fault = request.args.get("foto", "")
    return _report(str(report_id), photo_fault=f"form.photo_{fault}" if fault in CODES else "")


@plain_report.post("/laporan/<uuid:report_id>")
def answer(report_id: UUID) -> Response:
    """Store a signal or a message for the operator; a message with a fault comes back as it was sent."""
    known = str(report_id)
    if not _owned(known):
        abort(404)
    sent = read_form(request.environ)
    try:
        _record(known, sent)
    except Invalid as fault:
        return _report(known, problem=f"fault.{fault.faults[0][1]}", written=sent.get("text"))
    return cast("Response", redirect(f"/laporan/{known}", 303))


def _record(report_id: str, sent: Filled) -> None:
    """Record a signal or a message; the same text sent again from the same page is the same message."""
    signal, text = sent.get("signal"), sent.get("text")
    if signal and signal not in SIGNALS:
        raise Invalid([("/signal", "unknown_value")])
    with _app().database.write() as session:
        if signal:
            report_status.signal(session, report_id, signal)
        else:
            key = str(uuid5(UUID(sent.get("key")), text))
            messages.write_message(session, report_id, message_id=key, text=text)


def _report(report_id: str, *, photo_fault: str = "", problem: str = "", written: str = "") -> Response:
    progress = _progress(report_id)
    values: dict[str, Any] = {
        "signals": _signals(),
        "photo_fault": photo_fault,
        "problem": problem,
        "written": written,
    }
    status = 404 if progress is None else 422 if problem else 200
    return filled_page("ikuti.html", "home.mine", status=status, report=progress, **values)


@plain_report.post("/laporan/<uuid:report_id>/foto")
def add_photos(report_id: UUID) -> Response:
    """Store more photos of a report that this browser sent."""
    known = str(report_id)
    parts = parts_of(request.environ) if _owned(known) else None
    if parts is None:
        abort(404)
    try:
        return cast("Response", redirect(report_address(known, keep_photos(_app(), known, parts)), 303))
    finally:
        parts.finish()


def report_address(report_id: str, fault: str) -> str:
    """Return the address of a report's page, with the code of a photo fault."""
    return f"/laporan/{report_id}" + (f"?foto={fault}#foto" if fault else "")


def filled_page(
    name: str, heading: str, *, status: int = 200, keep: str = NEVER, **values: object
) -> Response:
    """Return a rendered page; no cache keeps it unless `keep` allows it."""
    html = resident().shell.page(name, locale(), heading=heading, key=new_id(), **values)
    return page(html.encode(), keep=keep, status=status)


def _signals() -> list[str]:
    return [signal for signal in SIGNALS if has(locale(), f"signal.{signal}")]


def _owned(report_id: str) -> bool:
    token = request.cookies.get(f"{COOKIE}{report_id}", "")
    return bool(token) and _app().secrets.signed(token, "track", report_id)


def _progress(report_id: str) -> dict[str, Any] | None:
    if not _owned(report_id):
        return None
    try:
        with _app().database.read() as session:
            return report_status.progress(session, report_id)
    except NotFound:
        return None


def _app() -> Siaga:
    return cast("Siaga", current_app)

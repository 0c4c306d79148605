"""The way of a report without script: a form, the ladder as a page, the numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid5

from flask import Blueprint, Response, abort, current_app, redirect, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.api import following, silent
from app.api.edge import UNTOLD
from app.api.forms import Filled, empty, filled_with, parts_of, read_form, report_of, sent_of
from app.api.pages import NEVER, PRIVATE, locale, page, resident
from app.api.parts import Parts
from app.api.plain_photos import CODES, keep_photos
from app.api.problems import RETRY_AFTER_S
from app.api.search import look
from app.api.telling import KEY
from app.core.errors import Invalid, KeyReused, NotFound, Unavailable
from app.core.ids import new_id
from app.core.text import has
from app.dispatch import messages
from app.dispatch.receive import Receipt, Reception
from app.reports.models import SIGNALS

if TYPE_CHECKING:
    from app import Siaga
    from app.geo.atlas import Found

plain = Blueprint("plain", __name__)
COOKIE = "siaga_track_"
"""Name of the cookie that opens a report's page again; its value is the report's token."""
KEPT_S = 30 * 86_400
AWAY = (Unavailable, DBAPIError, PoolTimeout)


def init_app(app: Siaga) -> None:
    """Hang the pages into the application."""
    app.register_blueprint(plain)


@plain.get("/lapor")
def form() -> Response:
    """The whole form on one page."""
    return _form(empty(request.args.get("kind")), keep=PRIVATE)


@plain.post("/lapor")
def send() -> Response:
    """Take the form; what cannot be sent comes back as it was written."""
    parts = parts_of(request.environ)
    if parts is None:
        return _take(read_form(request.environ), None)
    try:
        return _take(filled_with(parts.pairs), parts)
    finally:
        parts.finish()


def _take(filled: Filled, parts: Parts | None) -> Response:
    """Store the report first, then its photos: none of them can cost it."""
    again = ["form.photo_again"] if parts and parts.has_photo else []
    if filled.get("do") == "search":
        return _form(filled, places=look(filled.get("q"))[0])
    if filled.kind is None:
        return _form(filled, "form.missing_kind", *again, status=422)
    try:
        if silent.is_silent(filled.kind):
            return _silently(filled)
        receipt = _receive(filled)
    except AWAY:
        busy = _form(filled, "form.busy", *again, status=503)
        busy.headers["Retry-After"] = str(RETRY_AFTER_S)
        return busy
    return _followed(receipt.report.id, keep_photos(_app(), receipt.report.id, parts) if parts else "")


def _silently(filled: Filled) -> Response:
    """Take a silent report and answer at once: no cookie, no address of its own, nothing that says what it was."""
    app = _app()
    for key in (filled.get("key"), _edited_key(filled)):
        with suppress(KeyReused):  # somebody went back and changed the words: that is another report
            environ = {KEY: key}
            receipt = silent.receive(app.database, app.secrets, sent_of(filled, locale()), environ)
            break
    request.environ[UNTOLD] = True
    with app.database.read() as session:
        told = following.progress(session, receipt.report.id) | {"kind": "other"}
    return _page("ikuti.html", "home.mine", told=told, signals=[], photo_fault="")


def _receive(filled: Filled) -> Receipt:
    reception: Reception = current_app.extensions["reception"]
    report = report_of(filled, locale())
    try:
        return reception.receive(report)
    except (
        KeyReused
    ):  # somebody went back and changed the words: that is another report, however often it is sent
        return reception.receive(replace(report, key=_edited_key(filled)))


def _edited_key(filled: Filled) -> str:
    """Return the key of a form whose words were changed after sending: the same for the same words."""
    return str(uuid5(UUID(filled.get("key")), json.dumps(sorted(filled.fields.items()))))


def _followed(report_id: str, fault: str = "") -> Response:
    response = cast("Response", redirect(_way(report_id, fault), 303))
    token = _app().secrets.sign("track", report_id)
    response.set_cookie(
        f"{COOKIE}{report_id}",
        token,
        KEPT_S,
        path="/laporan",
        secure=_app().settings.tls or request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _way(report_id: str, fault: str) -> str:
    return f"/laporan/{report_id}" + (f"?foto={fault}#foto" if fault else "")


def _form(
    filled: Filled,
    *problems: str,
    status: int = 200,
    keep: str = NEVER,
    places: Sequence[Found] | None = None,
) -> Response:
    here = resident()
    questions = here.shell.questions
    order = [kind for kind in (*here.register.city().tiles, *questions["order"]) if kind != "violence_home"]
    return _page(
        "lapor.html",
        "report.title",
        status=status,
        keep=keep,
        filled=filled,
        problems=problems,
        places=places,
        kinds=list(dict.fromkeys(order)),
        questions=questions["kinds"].get(filled.kind or "", []),
        answers=questions["answers"],
        kelurahan=here.register.city().kelurahan,
    )


@plain.get("/laporan")
def mine() -> Response:
    """The reports that were sent from here by the plain form."""
    found = [_progress(name.removeprefix(COOKIE)) for name in request.cookies if name.startswith(COOKIE)]
    return _page("laporan.html", "mine.title", reports=[told for told in found if told])


@plain.get("/laporan/<uuid:report_id>")
def follow(report_id: UUID) -> Response:
    """How far a report is; without its cookie it looks like none."""
    told = _progress(str(report_id))
    fault = request.args.get("foto", "")
    photo_fault = f"form.photo_{fault}" if fault in CODES else ""
    status = 200 if told else 404
    return _page(
        "ikuti.html", "home.mine", status=status, told=told, signals=_signals(), photo_fault=photo_fault
    )


@plain.post("/laporan/<uuid:report_id>")
def answer(report_id: UUID) -> Response:
    """Take a signal or words for the operator."""
    known = str(report_id)
    if not _owned(known):
        abort(404)
    sent = read_form(request.environ)
    signal = sent.get("signal")
    with _app().database.write() as session:
        if signal in SIGNALS:
            following.signal(session, known, signal)
        else:
            with suppress(Invalid):  # nothing was written: the page is shown again
                messages.from_reporter(session, known, message_id=sent.get("key"), text=sent.get("text"))
    return cast("Response", redirect(f"/laporan/{known}", 303))


@plain.post("/laporan/<uuid:report_id>/foto")
def add_photos(report_id: UUID) -> Response:
    """Take more photos of a report that was sent from here."""
    known = str(report_id)
    parts = parts_of(request.environ) if _owned(known) else None
    if parts is None:
        abort(404)
    try:
        return cast("Response", redirect(_way(known, keep_photos(_app(), known, parts)), 303))
    finally:
        parts.finish()


@plain.get("/nomor")
def numbers() -> Response:
    """The directory of numbers."""
    return _page("nomor.html", "numbers.title", numbers=resident().register.city().numbers)


@plain.get("/pasang")
def install() -> Response:
    """How to put the app on a phone."""
    return _page("pasang.html", "install.title", ways={"iphone": "i", "android": "a"})


@plain.post("/bagikan")
def shared() -> Response:
    """Photos shared to an app that is not running: the form begins, the photos are chosen there."""
    return cast("Response", redirect("/lapor", 303))


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
            return following.progress(session, report_id)
    except NotFound:
        return None


def _page(name: str, heading: str, *, status: int = 200, keep: str = NEVER, **facts: object) -> Response:
    whole = resident().shell.page(name, locale(), heading=heading, key=new_id(), **facts)
    return page(whole.encode(), keep=keep, status=status)


def _app() -> Siaga:
    return cast("Siaga", current_app)

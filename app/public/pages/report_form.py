"""Serves the pages of a report without script: the form, the numbers, the install help; `report_status.py` follows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, cast
from uuid import UUID, uuid5

from flask import Blueprint, Response, current_app, redirect, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.domain import SILENT_KIND
from app.core.errors import KeyReused, Unavailable
from app.http.edge import UNRECORDED
from app.http.problems import RETRY_AFTER_S
from app.public.api import report_status, silent_report
from app.public.api.place_search import find_places
from app.public.api.report_intake import KEY
from app.public.pages.form_fields import Filled, empty, filled_with, parts_of, read_form, report_of, sent_of
from app.public.pages.multipart import Parts
from app.public.pages.report_photos import keep_photos
from app.public.pages.report_status import COOKIE, filled_page, plain_report, report_address
from app.public.pages.routes import NEVER, PRIVATE, locale, resident
from app.reports.intake import Receipt, Reception

if TYPE_CHECKING:
    from app import Siaga
    from app.geo.places.index_cache import Found

plain = Blueprint("plain", __name__)
KEPT_S = 30 * 86_400
AWAY = (Unavailable, DBAPIError, PoolTimeout)


def init_app(app: Siaga) -> None:
    """Hang the pages into the application."""
    app.register_blueprint(plain)
    app.register_blueprint(plain_report)


@plain.get("/lapor")
def form() -> Response:
    """Return the whole form on one page."""
    return _form(empty(request.args.get("kind")), keep=PRIVATE)


@plain.post("/lapor")
def send() -> Response:
    """Store the report of a form; a form with a fault comes back with its fields as they were sent."""
    parts = parts_of(request.environ)
    if parts is None:
        return _take(read_form(request.environ), None)
    try:
        return _take(filled_with(parts.pairs), parts)
    finally:
        parts.finish()


def _take(filled: Filled, parts: Parts | None) -> Response:
    """Store the report first, then its photos, so that no photo can lose it."""
    photo_hints = ["form.photo_again"] if parts and parts.has_photo else []
    try:
        if filled.get("do") == "search":
            return _form(filled, places=find_places(filled.get("q"))[0])
        if filled.kind is None:
            return _form(filled, "form.missing_kind", *photo_hints, status=422)
        if silent_report.is_silent(filled.kind):
            return _take_silent(filled)
        receipt = _receive(filled)
    except AWAY:
        busy = _form(filled, "form.busy", *photo_hints, status=503)
        busy.headers["Retry-After"] = str(RETRY_AFTER_S)
        return busy
    return _redirect_to_report(
        receipt.report.id, keep_photos(_app(), receipt.report.id, parts) if parts else ""
    )


def _take_silent(filled: Filled) -> Response:
    """Store a silent report and answer at once: no cookie, no address of its own, nothing that names the kind."""
    app = _app()
    for key in (filled.get("key"), _edited_key(filled)):
        with suppress(KeyReused):  # the reporter went back and edited the form: that is another report
            environ = {KEY: key}
            receipt = silent_report.receive(app.database, app.secrets, sent_of(filled, locale()), environ)
            break
    request.environ[UNRECORDED] = True
    with app.database.read() as session:
        progress = report_status.progress(session, receipt.report.id) | {"kind": "other"}
    return filled_page("ikuti.html", "home.mine", report=progress, signals=[])


def _receive(filled: Filled) -> Receipt:
    reception: Reception = current_app.extensions["reception"]
    report = report_of(filled, locale())
    try:
        return reception.receive(report)
    except (
        KeyReused
    ):  # the reporter went back and edited the form: that is another report, at every repetition
        return reception.receive(replace(report, key=_edited_key(filled)))


def _edited_key(filled: Filled) -> str:
    """Return the key of a form that was edited after sending: the same for the same fields."""
    return str(uuid5(UUID(filled.get("key")), json.dumps(sorted(filled.fields.items()))))


def _redirect_to_report(report_id: str, fault: str = "") -> Response:
    response = cast("Response", redirect(report_address(report_id, fault), 303))
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


def _form(
    filled: Filled,
    *problems: str,
    status: int = 200,
    keep: str = NEVER,
    places: Sequence[Found] | None = None,
) -> Response:
    site = resident()
    table = site.shell.kinds
    order = [kind for kind in (*site.register.city().tiles, *table["kinds"]) if kind != SILENT_KIND]
    return filled_page(
        "lapor.html",
        "report.title",
        status=status,
        keep=keep,
        filled=filled,
        problems=problems,
        places=places,
        kinds=list(dict.fromkeys(order)),
        questions=table["kinds"].get(filled.kind, {}).get("questions", []),
        answers=table["answers"],
        kelurahan=site.register.city().kelurahan,
    )


@plain.get("/nomor")
def numbers() -> Response:
    """Return the directory of numbers."""
    return filled_page("nomor.html", "numbers.title", numbers=resident().register.city().numbers)


@plain.get("/pasang")
def install() -> Response:
    """Return how to put the app on a phone."""
    return filled_page("pasang.html", "install.title", ways={"iphone": "i", "android": "a"})


@plain.post("/bagikan")
def shared() -> Response:
    """Redirect photos that were shared while no service worker runs to the form, where they are chosen again."""
    return cast("Response", redirect("/lapor", 303))


def _app() -> Siaga:
    return cast("Siaga", current_app)

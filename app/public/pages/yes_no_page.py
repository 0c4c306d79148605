"""Serves `/j/…`, the yes/no page for a caller who cannot speak. No script, no cookie, nothing to type."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, redirect, request

from app.core.errors import Conflict, NotFound
from app.core.ids import is_id
from app.incidents.reporter import questions, read_receipts, yes_no_link
from app.incidents.reporter.conversation_models import ANSWERS
from app.public.pages.form_fields import read_form
from app.public.pages.routes import NEVER, page, resident

if TYPE_CHECKING:
    from app import Siaga

answering = Blueprint("answering", __name__)
AGAIN_S = 10
"""Seconds after which the page reloads for the next question."""


def init_app(app: Siaga) -> None:
    """Hang the page into the application."""
    app.register_blueprint(answering)


@answering.get("/j/<uuid:report_id>/<mark>")
def show_question(report_id: UUID, mark: str) -> Response:
    """Show the open question, and record for the operator that it was read."""
    known = _opened(report_id, mark)
    with _app().database.read() as session:
        report, incident = questions.both(session, known)
        row = yes_no_link.current(session, known)
        values = {
            "ask": row and {"id": row.id, "words": questions.words(row, report.locale), "answer": row.answer},
            "over": incident.closed_at is not None,
        }
        unread = row is not None and row.read_at is None and row.id
        language = report.locale
    if unread:
        with _app().database.write() as session:
            read_receipts.read(session, known, [unread])
    html = resident().shell.page(
        "jawab.html", language, heading="answering.title", way=request.path, **values
    )
    response = page(html.encode(), keep=NEVER)
    if not values["over"]:
        response.headers["Refresh"] = str(AGAIN_S)
    return response


@answering.post("/j/<uuid:report_id>/<mark>")
def answer_question(report_id: UUID, mark: str) -> Response:
    """Record an answer; to a closed question it changes nothing, and the page shows the newer question."""
    known = _opened(report_id, mark)
    sent = read_form(request.environ)
    ask_id, answer = sent.get("ask"), sent.get("answer")
    if is_id(ask_id) and answer in ANSWERS:
        try:
            with _app().database.write() as session:
                questions.answer_question(session, known, ask_id, answer)
        except (Conflict, NotFound):
            pass
    return cast("Response", redirect(request.path, 303))


def _opened(report_id: UUID, mark: str) -> str:
    known = str(report_id)
    if not yes_no_link.opens(_app().secrets, known, mark):
        abort(404)
    with _app().database.read() as session:
        try:
            questions.both(session, known)
        except NotFound:
            abort(404)
    return known


def _app() -> Siaga:
    return cast("Siaga", current_app)

"""Answers `/api/v1/reports`: create, follow, write, signal, appeal, and questions about incidents nearby."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, request

from app.core.clock import now
from app.core.errors import Unauthorized
from app.http.body import clean, read
from app.http.operation import operation
from app.http.response import as_json, padded
from app.incidents.reporter import messages, nearby_question, read_receipts, still_ongoing
from app.incidents.trust import strikes
from app.public.api import report_status
from app.public.api.operations import DEVICE_HEADER, IDEMPOTENCY_HEADER, REPORT_PROBLEMS, TRACK
from app.public.api.report_intake import ReportEndpoint, body
from app.public.api.schemas.requests import (
    AppealSent,
    MessageSent,
    ReportSent,
    SameSent,
    SignalSent,
    StillSent,
)
from app.reports.intake import open_reception
from app.reports.report_draft import read_key

if TYPE_CHECKING:
    from app import Siaga

reports = Blueprint("reports", __name__, url_prefix="/api/v1/reports")


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.register_blueprint(reports)


def serve_installation(app: Siaga) -> None:
    """Open the reception of reports of this installation."""
    app.extensions["reception"] = reception = open_reception(app.database)
    app.extensions["report_endpoint"] = ReportEndpoint(reception, app.database, app.secrets)


@reports.post("")
@operation(
    operation_id="send_report",
    summary="Report an emergency. 201 means: on disk. Nobody is refused for rate, place or missing words.",
    request=ReportSent,
    responses={201: "ReportReceived", 200: "ReportReceived"},
    problems=(413, 422, 503),
    headers=(IDEMPOTENCY_HEADER, DEVICE_HEADER),
)
def create_report() -> Response:
    """Store a report. The edge (app/http/edge.py) usually answers it before Flask's routing."""
    endpoint: ReportEndpoint = _app().extensions["report_endpoint"]
    return endpoint.answer(request.environ).response()


@reports.get("/<uuid:report_id>")
@operation(
    operation_id="follow",
    summary="How far a report is: events that were recorded, agencies, messages",
    responses={200: "ReportProgress"},
    problems=(401, 404, 503),
    security=TRACK,
)
def follow_report(report_id: object) -> Response:
    """Return the progress of a report to its reporter."""
    report = known_report(report_id)
    with _app().database.read() as session:
        fetched_at, answer = now(), padded(as_json(report_status.progress(session, report)))
        has_undelivered = read_receipts.undelivered(session, report)
    if has_undelivered:
        with _app().database.write() as session:
            read_receipts.deliver(session, report, until=fetched_at)
    return answer.response()


@reports.post("/<uuid:report_id>/messages")
@operation(
    operation_id="write_message",
    summary="Words for the operator",
    request=MessageSent,
    responses={201: "MessageKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def write_message(report_id: object) -> Response:
    """Store a message for the operator."""
    report = known_report(report_id)
    sent = read(MessageSent, body(request.environ))
    with _app().database.write() as session:
        message = messages.write_message(
            session, report, message_id=read_key(sent.id, report), text=clean(sent.text) or ""
        )
        return as_json(messages.as_json([message])[0], 201).response()


@reports.post("/<uuid:report_id>/signals")
@operation(
    operation_id="signal",
    summary="Still happening, over, arrived, safe",
    request=SignalSent,
    responses={201: "SignalKept"},
    problems=REPORT_PROBLEMS,
    security=TRACK,
)
def record_signal(report_id: object) -> Response:
    """Record a signal: still happening, over, arrived or safe."""
    report = known_report(report_id)
    sent = read(SignalSent, body(request.environ))
    with _app().database.write() as session:
        return padded(as_json(report_status.signal(session, report, sent.signal), 201)).response()


@reports.post("/<uuid:report_id>/appeal")
@operation(
    operation_id="appeal",
    summary="What the reporter says about a strike; the first appeal stands",
    request=AppealSent,
    responses={200: "StrikeKept"},
    problems=REPORT_PROBLEMS,
    security=TRACK,
)
def appeal_strike(report_id: object) -> Response:
    """Store the reporter's appeal against a strike."""
    report = known_report(report_id)
    sent = read(AppealSent, body(request.environ))
    with _app().database.write() as session:
        strikes.appeal(session, report, clean(sent.words) or "")
        return as_json(strikes.strike_of(session, report)).response()


@reports.post("/<uuid:report_id>/same")
@operation(
    operation_id="confirm_same",
    summary="It is the same as an incident nearby",
    request=SameSent,
    responses={201: "SameKept"},
    problems=REPORT_PROBLEMS,
    security=TRACK,
)
def confirm_same_incident(report_id: object) -> Response:
    """Record that the reporter takes an incident nearby for the same."""
    report = known_report(report_id)
    sent = read(SameSent, body(request.environ))
    with _app().database.write() as session:
        return padded(
            as_json(nearby_question.confirm_same(session, report, sent.incident.lower()), 201)
        ).response()


@reports.post("/<uuid:report_id>/still")
@operation(
    operation_id="answer_still_ongoing",
    summary="Whether it still goes on; the last answer of a device counts",
    request=StillSent,
    responses={201: "StillKept"},
    problems=REPORT_PROBLEMS,
    security=TRACK,
)
def answer_still_ongoing(report_id: object) -> Response:
    """Record the answer to whether the incident still goes on."""
    report = known_report(report_id)
    sent = read(StillSent, body(request.environ))
    with _app().database.write() as session:
        recorded = still_ongoing.answer_still_ongoing(session, report, sent.question.lower(), sent.answer)
        return padded(as_json(recorded, 201)).response()


def known_report(report_id: object) -> str:
    """Return the report's id when the request carries its token; a wrong token and a wrong id look the same.

    Raises:
        Unauthorized: no token, or the token of another report.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _app().secrets.signed(token.strip(), "track", str(report_id)):
        raise Unauthorized
    return str(report_id)


def _app() -> Siaga:
    return cast("Siaga", current_app)

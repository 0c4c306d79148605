"""Answers `/api/v1/reports/{id}/…` of the conversation: answers by a tap, positions, read receipts, needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, request
from sqlalchemy.orm import Session

from app.http.body import read
from app.http.operation import operation
from app.http.response import as_json
from app.incidents.reporter import questions, read_receipts, shared_position
from app.incidents.reporter.status import talk_of
from app.public.api.operations import REPORT_PROBLEMS, TRACK
from app.public.api.report_intake import body
from app.public.api.reports import known_report
from app.public.api.schemas.conversation import AnswerSent, NeedSent, PositionSent, SeenSent, StopSent

if TYPE_CHECKING:
    from app import Siaga

conversation = Blueprint("conversation", __name__, url_prefix="/api/v1/reports")


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.register_blueprint(conversation)


@conversation.post("/<uuid:report_id>/answers")
@operation(
    operation_id="answer_question",
    summary="An answer to what was asked; it may be changed until something newer is asked",
    request=AnswerSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def answer_question(report_id: object) -> Response:
    """Record the answer to a question of the operator."""
    report = known_report(report_id)
    sent = read(AnswerSent, body(request.environ))
    with _app().database.write() as session:
        questions.answer_question(session, report, sent.ask.lower(), sent.answer)
        return _conversation_state(session, report)


@conversation.post("/<uuid:report_id>/positions")
@operation(
    operation_id="share_position",
    summary="A position that was asked for, or one of a sharing that runs",
    request=PositionSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def share_position(report_id: object) -> Response:
    """Record a position that the operator requested."""
    report = known_report(report_id)
    sent = read(PositionSent, body(request.environ))
    fix = shared_position.Fix(lat=sent.lat, lon=sent.lon, accuracy_m=sent.accuracy_m, age_s=sent.age_s)
    with _app().database.write() as session:
        shared_position.share_position(session, report, sent.ask.lower(), fix)
        return _conversation_state(session, report)


@conversation.post("/<uuid:report_id>/sharing-stops")
@operation(
    operation_id="stop_sharing",
    summary="Share the position no longer",
    request=StopSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def stop_sharing(report_id: object) -> Response:
    """Stop sharing the position."""
    report = known_report(report_id)
    sent = read(StopSent, body(request.environ))
    with _app().database.write() as session:
        shared_position.stop_sharing(session, report, sent.ask.lower())
        return _conversation_state(session, report)


@conversation.post("/<uuid:report_id>/seen")
@operation(
    operation_id="mark_read",
    summary="Words of the room stood on a visible page; unknown ids are forgotten",
    request=SeenSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def mark_read(report_id: object) -> Response:
    """Record that messages and questions of the operator stood on a visible page."""
    report = known_report(report_id)
    sent = read(SeenSent, body(request.environ))
    with _app().database.write() as session:
        read_receipts.read(session, report, [message_id.lower() for message_id in sent.ids])
        return _conversation_state(session, report)


@conversation.post("/<uuid:report_id>/needs")
@operation(
    operation_id="set_need",
    summary="The reporter cannot speak or hear, or can again",
    request=NeedSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def set_need(report_id: object) -> Response:
    """Set or clear that the reporter cannot speak or hear."""
    report = known_report(report_id)
    sent = read(NeedSent, body(request.environ))
    with _app().database.write() as session:
        read_receipts.set_need(session, report, "no_voice", on=sent.no_voice)
        return _conversation_state(session, report)


def _conversation_state(session: Session, report_id: str) -> Response:
    report, _ = questions.both(session, report_id)
    return as_json(talk_of(session, report), 201).response()


def _app() -> Siaga:
    return cast("Siaga", current_app)

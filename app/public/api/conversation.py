"""The talk beside words: answers by a tap, positions that were asked for, what was read, what a reporter needs."""

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

talk = Blueprint("talk", __name__, url_prefix="/api/v1/reports")


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.register_blueprint(talk)


@talk.post("/<uuid:report_id>/answers")
@operation(
    operation_id="answer",
    summary="An answer to what was asked; it may be changed until something newer is asked",
    request=AnswerSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def give_answer(report_id: object) -> Response:
    """Take an answer to what was asked."""
    report = known_report(report_id)
    sent = read(AnswerSent, body(request.environ))
    with _app().database.write() as session:
        questions.answer(session, report, sent.ask.lower(), sent.answer)
        return _stands(session, report)


@talk.post("/<uuid:report_id>/positions")
@operation(
    operation_id="give_position",
    summary="A position that was asked for, or one of a sharing that runs",
    request=PositionSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def give_position(report_id: object) -> Response:
    """Take a position that was asked for."""
    report = known_report(report_id)
    sent = read(PositionSent, body(request.environ))
    fix = shared_position.Fix(lat=sent.lat, lon=sent.lon, accuracy_m=sent.accuracy_m, age_s=sent.age_s)
    with _app().database.write() as session:
        shared_position.place(session, report, sent.ask.lower(), fix)
        return _stands(session, report)


@talk.post("/<uuid:report_id>/sharing-stops")
@operation(
    operation_id="stop_sharing",
    summary="Share the position no longer",
    request=StopSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def stop_sharing(report_id: object) -> Response:
    """Share the position no longer."""
    report = known_report(report_id)
    sent = read(StopSent, body(request.environ))
    with _app().database.write() as session:
        shared_position.stop(session, report, sent.ask.lower())
        return _stands(session, report)


@talk.post("/<uuid:report_id>/seen")
@operation(
    operation_id="seen",
    summary="Words of the room stood on a visible page; unknown ids are forgotten",
    request=SeenSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def seen(report_id: object) -> Response:
    """Note that words of the room stood on a visible page."""
    report = known_report(report_id)
    sent = read(SeenSent, body(request.environ))
    with _app().database.write() as session:
        read_receipts.read(session, report, [one.lower() for one in sent.ids])
        return _stands(session, report)


@talk.post("/<uuid:report_id>/needs")
@operation(
    operation_id="needs",
    summary="The reporter cannot speak or hear, or can again",
    request=NeedSent,
    responses={201: "TalkKept"},
    problems=(*REPORT_PROBLEMS, 409),
    security=TRACK,
)
def say_needs(report_id: object) -> Response:
    """Say, or take back, that the reporter cannot speak or hear."""
    report = known_report(report_id)
    sent = read(NeedSent, body(request.environ))
    with _app().database.write() as session:
        read_receipts.need(session, report, "no_voice", on=sent.no_voice)
        return _stands(session, report)


def _stands(session: Session, report_id: str) -> Response:
    report, _ = questions.both(session, report_id)
    return as_json(talk_of(session, report), 201).response()


def _app() -> Siaga:
    return cast("Siaga", current_app)

"""Stores the same report by a Flask route, a session and ORM objects, with one commit a request, for comparison.

The command that serves the app also serves `bench.orm:application`.
"""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models  # noqa: F401  every table, so that foreign keys resolve
from app.core.clock import now, wita_day
from app.core.db import WRITE, db, engine_options, prepare
from app.core.ids import new_id
from app.core.models import DayCounter, Event, EventHead
from app.eventlog.log import NewEvent, chain
from app.geo.grid import cell_of
from app.incidents.models import Incident
from app.public.api.schemas.requests import ReportSent
from app.reports.models import Report
from config import Settings


def create_app(settings: Settings) -> Flask:
    """Return an application with one route."""
    app = Flask(__name__)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.sqlalchemy_url),
    )
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    app.add_url_rule("/api/v1/reports", view_func=take, methods=["POST"])
    app.add_url_rule("/healthz", view_func=lambda: "well")
    return app


def take() -> ResponseReturnValue:
    """Store a report and acknowledge it."""
    sent = ReportSent.model_validate(request.get_json(), strict=False)
    session = db.session()
    session.connection(execution_options={WRITE: True})
    report = store(session, sent, request.headers["Idempotency-Key"])
    session.commit()
    return jsonify(id=report.id, number=report.number, state="received"), 201


def store(session: Session, sent: ReportSent, key: str) -> Report:
    """Write incident, report and event as objects; return the report."""
    moment, place = now(), sent.location
    if found := session.scalar(select(Report).where(Report.key == key)):
        return found
    head = session.execute(select(EventHead).with_for_update()).scalar_one()
    day = session.get(DayCounter, wita_day(moment)) or DayCounter(day=wita_day(moment), last=0)
    session.add(day)
    day.last += 1
    where: dict[str, Any] = {} if place is None else {"lat": place.lat, "lon": place.lon}
    shared = {
        "kind": sent.kind,
        "priority": 1,
        "source": "gps",
        "kelurahan": "64.74.01.1006",
        "day": day.day,
        "number": day.last,
        "received_at": moment,
        **where,
    }
    incident = Incident(
        **shared,
        id=new_id(),
        state="received",
        version=1,
        reports=1,
        kelurahan_exact=False,
        cell=cell_of(*where.values()) if where else None,
        plus_code="6PGV4FMR+62",
        inside_city=True,
        open_within_s=15,
        accept_within_s=60,
    )
    report = Report(
        **shared,
        id=new_id(),
        key=key,
        body_hash="-" * 64,
        incident_id=incident.id,
        channel="app",
        description=sent.description,
        answers="{}",
        may_call=False,
        locale="id",
    )
    event = NewEvent(
        name="received", at=moment, actor="reporter", incident_id=incident.id, report_id=report.id
    )
    (link,) = chain(head.seq, head.hash, [event])
    head.seq, head.hash = link["seq"], link["hash"]
    session.add(incident)
    session.flush()
    session.add_all([report, Event(**link)])
    return report


if "SIAGA_DATA" in os.environ:
    application = create_app(Settings.from_mapping(os.environ))

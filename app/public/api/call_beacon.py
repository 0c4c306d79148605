"""Answers `/api/v1/calls`: records where a phone is that calls 112. The call itself never waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, request

from app.accounts.devices import read_device
from app.core.clock import now
from app.core.errors import Invalid
from app.geo.districts.cache import Register
from app.http.body import moment, read
from app.http.operation import operation
from app.incidents.calls.call_beacon import Beacon, call
from app.public.api.operations import DEVICE_HEADER
from app.public.api.report_intake import body
from app.public.api.schemas.requests import CallSent

if TYPE_CHECKING:
    from app import Siaga

calls = Blueprint("calls", __name__, url_prefix="/api/v1/calls")


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.register_blueprint(calls)


def serve_installation(app: Siaga) -> None:
    """Open the gazetteer of this installation."""
    app.extensions["register"] = Register(app.database)


@calls.post("")
@operation(
    operation_id="call",
    summary="Where a phone is whose owner taps the call button; erased after an hour unless tied to an incident",
    request=CallSent,
    responses={204: None},
    problems=(413, 422, 503),
    headers=(DEVICE_HEADER,),
)
def record_beacon() -> Response:
    """Record where a caller is."""
    app = cast("Siaga", current_app)
    sent = read(CallSent, body(request.environ))
    try:
        made_at = moment(sent.made_at)
    except ValueError:
        raise Invalid([("/made_at", "malformed_moment")]) from None
    age_s = sent.age_s if made_at is None else (now() - made_at).total_seconds()
    register: Register = app.extensions["register"]
    has_position = sent.lat is not None and sent.lon is not None
    place = register.gazetteer().place_of(sent.lat or 0.0, sent.lon or 0.0) if has_position else None
    with app.database.write() as session:
        call(
            session,
            read_device(request.headers.get("Siaga-Device")),
            Beacon(
                lat=sent.lat,
                lon=sent.lon,
                accuracy_m=None if sent.accuracy_m is None else max(sent.accuracy_m, 0.0),
                age_s=None if age_s is None else max(age_s, 0.0),
            ),
            place,
        )
    return Response(status=204)

"""`/api/v1/calls`: the beacon of a telephone call. The call itself never waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, request

from app.accounts.devices import read_device
from app.api.reading import moment, read
from app.api.schemas import CallSent
from app.api.telling import body
from app.core.clock import now
from app.core.errors import Invalid
from app.dispatch.calls import Beacon, call
from app.geo.register import Register

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
def beacon() -> Response:
    """Record where a caller is."""
    app = cast("Siaga", current_app)
    sent = read(CallSent, body(request.environ))
    try:
        made_at = moment(sent.made_at)
    except ValueError:
        raise Invalid([("/made_at", "malformed_moment")]) from None
    age_s = sent.age_s if made_at is None else (now() - made_at).total_seconds()
    register: Register = app.extensions["register"]
    known = sent.lat is not None and sent.lon is not None
    place = register.gazetteer().place_of(sent.lat or 0.0, sent.lon or 0.0) if known else None
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

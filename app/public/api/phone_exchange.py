"""Answers `/api/v1/exchange/calls`: records the calls that the telephone exchange reports with a signature.

`Siaga-Signature: t=<unix seconds>,v1=<hex of HMAC-SHA256 over "<t>." and the body>`. Without a secret in the settings
every request is refused. A message may come twice and in any order.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, Response, current_app, request

from app.core.clock import now
from app.core.errors import Invalid, Unauthorized
from app.core.phone_numbers import read_phone
from app.http.body import moment, read
from app.http.operation import operation
from app.incidents.calls.exchange import CallUpdate, take
from app.public.api.operations import EXCHANGE
from app.public.api.report_intake import body
from app.public.api.schemas.requests import LineSent

if TYPE_CHECKING:
    from app import Siaga

SIGNATURE: Final = "Siaga-Signature"
TOLERANCE_S: Final = 300
_FORM: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
exchange = Blueprint("exchange", __name__, url_prefix="/api/v1/exchange/calls")


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.register_blueprint(exchange)


@exchange.post("")
@operation(
    operation_id="line",
    summary="The telephone exchange tells of a call; a message may come twice and in any order",
    request=LineSent,
    responses={204: None},
    problems=(401, 413, 422, 503),
    security=EXCHANGE,
)
def record_call_event() -> Response:
    """Record one event of a call.

    Raises:
        Unauthorized: no signature, one of another secret or older than `TOLERANCE_S`, or no secret in the settings.
    """
    app = cast("Siaga", current_app)
    content = body(request.environ)
    _check(app.settings.exchange_secret, request.headers.get(SIGNATURE), content)
    sent = read(LineSent, content)
    try:
        at = moment(sent.at) or now()
    except ValueError:
        raise Invalid([("/at", "malformed_moment")]) from None
    update = CallUpdate(
        sent.call, sent.event, read_phone(sent.number or None), min(at, now() + timedelta(seconds=60))
    )
    with app.database.write() as session:
        take(session, update)
    return Response(status=204)


def signature(secret: str, content: bytes, *, at: int) -> str:
    """Return the header `Siaga-Signature` for `content`."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + content, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def _check(secret: str, header: str | None, content: bytes) -> None:
    found = _FORM.fullmatch(header or "")
    if not secret or found is None or abs(now().timestamp() - int(found[1])) > TOLERANCE_S:
        raise Unauthorized("signature")
    if not hmac.compare_digest(signature(secret, content, at=int(found[1])), header or ""):
        raise Unauthorized("signature")

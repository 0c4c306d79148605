"""Answers `/api/v1/push-subscriptions` and `/api/v1/push-receipts`: stores where a device is reached, and receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, current_app, request

from app.accounts.devices import known_device, read_device
from app.core.clock import now
from app.core.errors import Unauthorized
from app.http.body import read
from app.http.operation import operation
from app.http.response import as_json
from app.notifications.webpush import subscriptions
from app.notifications.webpush.subscriptions import Owner, Reach, Subscribed
from app.notifications.webpush.vapid import public_key
from app.public.api.operations import DEVICE
from app.public.api.report_intake import body
from app.public.api.schemas.requests import EndpointSent, ReceiptSent, SubscriptionSent

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app import Siaga

push = Blueprint("push", __name__, url_prefix="/api/v1")


def init_app(app: Siaga) -> None:
    """Hang the resources into the application."""
    app.register_blueprint(push)


@push.get("/push-key")
@operation(
    operation_id="push_key",
    summary="The server's public key for push",
    responses={200: "PushKey"},
)
def public_key_document() -> Response:
    """Return the server's public key (`applicationServerKey`, RFC 8292)."""
    return as_json({"key": public_key(_app().secrets.vapid_file)}).response()


@push.get("/push-subscriptions")
@operation(
    operation_id="push_key_too",
    summary="The same key, where subscriptions are put",
    responses={200: "PushKey"},
)
def public_key_of_subscriptions() -> Response:
    """Return the same key at the address where subscriptions are put."""
    return public_key_document()


@push.put("/push-subscriptions")
@operation(
    operation_id="subscribe",
    summary="Be reached at this endpoint",
    request=SubscriptionSent,
    responses={204: None},
    problems=(401, 403, 413, 422, 503),
    security=DEVICE,
)
def subscribe() -> Response:
    """Store a subscription of the device or of the staff member."""
    app = _app()
    sent = read(SubscriptionSent, body(request.environ))
    reach = Reach(app.settings.push_hosts, app.settings.push_allow_loopback)
    subscription = Subscribed(
        endpoint=sent.endpoint,
        p256dh=sent.keys.p256dh,
        auth=sent.keys.auth,
        locale=sent.locale or "",
    ).checked(reach)
    with app.database.write() as session:
        subscriptions.subscribe(session, _owner(session), subscription)
    return Response(status=204)


@push.delete("/push-subscriptions")
@operation(
    operation_id="unsubscribe",
    summary="Be reached there no longer",
    request=EndpointSent,
    responses={204: None},
    problems=(401, 403, 413, 422, 503),
    security=DEVICE,
)
def unsubscribe() -> Response:
    """Delete a subscription."""
    sent = read(EndpointSent, body(request.environ))
    with _app().database.write() as session:
        subscriptions.unsubscribe(session, _owner(session), sent.endpoint)
    return Response(status=204)


@push.post("/push-receipts")
@operation(
    operation_id="push_receipt",
    summary="A push was shown or clicked; an unknown receipt is forgotten",
    request=ReceiptSent,
    responses={204: None},
    problems=(413, 422, 503),
)
def record_receipt() -> Response:
    """Record that a push was shown or clicked."""
    sent = read(ReceiptSent, body(request.environ))
    with _app().database.write() as session:
        subscriptions.note_receipt(session, sent.receipt, sent.what)
    return Response(status=204)


def _owner(session: Session) -> Owner:
    """Return the owner of a subscription: staff when the request carries the CSRF token of their pages, else a device.

    Raises:
        Unauthorized: neither staff with a complete sign-in nor a known device.
        Forbidden: the CSRF token is wrong.
    """
    if "X-CSRF-Token" in request.headers and "console" in _app().settings.doors:
        from app.accounts import csrf
        from app.accounts.request_user import inside_or_none

        csrf.check()
        member = inside_or_none()
        if member is None:
            raise Unauthorized
        return Owner(staff_id=member.id)
    device_id = known_device(session, read_device(request.headers.get("Siaga-Device")), at=now())
    if device_id is None:
        raise Unauthorized
    return Owner(device_id=device_id)


def _app() -> Siaga:
    return cast("Siaga", current_app)

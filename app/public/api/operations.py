"""The table of the public interface: every operation, what it takes, what it answers. openapi.json is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import BaseModel

from app.public.api.schemas import city
from app.public.api.schemas import requests as sent
from app.public.api.schemas import responses as kept
from app.reports.photos.uploads import MOST_BYTES

TRACK: Final = "track"
"""The report's own token, as bearer."""
EXCHANGE: Final = "exchange"
"""A signature of the body with the secret that the telephone exchange has."""
DEVICE: Final = "device"
"""The phone's id and secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One row: a method of a path."""

    method: str
    path: str
    name: str
    says: str
    sends: type[BaseModel] | str | None = None
    """A shape in JSON, or a media type."""
    answers: dict[int, type[BaseModel] | str | None]
    """Status → shape, a media type, or nothing."""
    problems: tuple[int, ...] = ()
    needs: str | None = None
    headers: Mapping[str, tuple[str, Mapping[str, str | int]]] = field(default_factory=dict)
    """Header → (what it says, its schema); none is required."""


_KEY: Final = {
    "Idempotency-Key": (
        "The same for 30 days is the same report. Send a UUID; a word counts for one device, or one body and address",
        {"type": "string"},
    ),
    "Siaga-Device": ("The phone's id and secret: `<uuid>.<32 hex digits>`", {"type": "string"}),
}
_REPORTS: Final = "/api/v1/reports"
_REPORT: Final = f"{_REPORTS}/{{report_id}}"

OPERATIONS: Final = (
    Operation(
        method="get",
        path="/openapi.json",
        name="openapi",
        says="This document",
        answers={200: "application/json"},
    ),
    Operation(
        method="post",
        path=_REPORTS,
        name="tell",
        says="Report an emergency. 201 means: on disk. Nobody is refused for rate, place or missing words.",
        sends=sent.ReportSent,
        answers={201: kept.ReportReceived, 200: kept.ReportReceived},
        problems=(413, 422, 503),
        headers=_KEY,
    ),
    Operation(
        method="get",
        path=_REPORT,
        name="follow",
        says="How far a report is: events that were recorded, agencies, messages",
        answers={200: kept.ReportProgress},
        problems=(401, 404, 503),
        needs=TRACK,
    ),
    Operation(
        method="post",
        path=f"{_REPORT}/messages",
        name="write",
        says="Words for the operator",
        sends=sent.MessageSent,
        answers={201: kept.MessageKept},
        problems=(401, 404, 409, 413, 422, 503),
        needs=TRACK,
    ),
    Operation(
        method="post",
        path=f"{_REPORT}/signals",
        name="signal",
        says="Still happening, over, arrived, safe",
        sends=sent.SignalSent,
        answers={201: kept.SignalKept},
        problems=(401, 404, 413, 422, 503),
        needs=TRACK,
    ),
    Operation(
        method="post",
        path=f"{_REPORT}/appeal",
        name="appeal",
        says="What the reporter says about a strike; the first appeal stands",
        sends=sent.AppealSent,
        answers={200: kept.StrikeKept},
        problems=(401, 404, 413, 422, 503),
        needs=TRACK,
    ),
    Operation(
        method="post",
        path=f"{_REPORT}/media",
        name="begin_photo",
        says="Announce a photo; its bytes follow in pieces",
        sends=sent.MediaSent,
        answers={201: kept.MediaBegun, 200: kept.MediaBegun},
        problems=(401, 404, 409, 413, 415, 422, 429, 503, 507),
        needs=TRACK,
    ),
    Operation(
        method="patch",
        path=f"{_REPORT}/media/{{media_id}}",
        name="send_piece",
        says="A piece of a photo, beginning where the upload ends; answers where it ends now",
        sends="application/offset+octet-stream",
        answers={204: None},
        problems=(401, 404, 409, 413, 415, 422, 503, 507),
        needs=TRACK,
        headers={
            "Upload-Offset": (
                "Where this piece begins",
                {"type": "integer", "minimum": 0, "maximum": MOST_BYTES},
            )
        },
    ),
    Operation(
        method="head",
        path=f"{_REPORT}/media/{{media_id}}",
        name="ask_offset",
        says="Where the upload ends now, in the header Upload-Offset",
        answers={200: None},
        problems=(401, 404, 503),
        needs=TRACK,
    ),
    Operation(
        method="get",
        path=f"{_REPORT}/media/{{media_id}}",
        name="picture",
        says="The picture that was made of the photo, once it was checked",
        answers={200: "image/jpeg"},
        problems=(401, 404, 503),
        needs=TRACK,
    ),
    Operation(
        method="post",
        path="/api/v1/calls",
        name="call",
        says="Where a phone is whose owner taps the call button; erased after an hour unless tied to an incident",
        sends=sent.CallSent,
        answers={204: None},
        problems=(413, 422, 503),
        headers={"Siaga-Device": _KEY["Siaga-Device"]},
    ),
    Operation(
        method="get",
        path="/api/v1/push-key",
        name="push_key",
        says="The server's public key for push",
        answers={200: kept.PushKey},
    ),
    Operation(
        method="get",
        path="/api/v1/push-subscriptions",
        name="push_key_too",
        says="The same key, where subscriptions are put",
        answers={200: kept.PushKey},
    ),
    Operation(
        method="put",
        path="/api/v1/push-subscriptions",
        name="subscribe",
        says="Be reached at this endpoint",
        sends=sent.SubscriptionSent,
        answers={204: None},
        problems=(401, 403, 413, 422, 503),
        needs=DEVICE,
    ),
    Operation(
        method="delete",
        path="/api/v1/push-subscriptions",
        name="unsubscribe",
        says="Be reached there no longer",
        sends=sent.EndpointSent,
        answers={204: None},
        problems=(401, 403, 413, 422, 503),
        needs=DEVICE,
    ),
    Operation(
        method="post",
        path="/api/v1/exchange/calls",
        name="line",
        says="The telephone exchange tells of a call; a message may come twice and in any order",
        sends=sent.LineSent,
        answers={204: None},
        problems=(401, 413, 422, 503),
        needs=EXCHANGE,
    ),
    Operation(
        method="post",
        path="/api/v1/push-receipts",
        name="push_receipt",
        says="A push was shown or clicked; an unknown receipt is forgotten",
        sends=sent.ReceiptSent,
        answers={204: None},
        problems=(413, 422, 503),
    ),
    Operation(
        method="get",
        path="/api/v1/city",
        name="city",
        says="Kelurahan, numbers, kinds of the first screen, seconds",
        answers={200: city.CityFacts},
    ),
    Operation(
        method="get",
        path="/healthz",
        name="healthz",
        says="This process answers",
        answers={200: "text/plain"},
    ),
    Operation(
        method="get",
        path="/readyz",
        name="readyz",
        says="Whether the whole works",
        answers={200: kept.Readiness, 503: kept.Readiness},
    ),
    Operation(
        method="get",
        path="/metrics",
        name="metrics",
        says="Figures for Prometheus, from the machine itself alone",
        answers={200: "text/plain"},
        problems=(404,),
    ),
)

"""Defines the schemas of request bodies; `app/http/body.py` reads them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.http.body import Sent
from app.incidents.lifecycle.commands import NOTE_MAX
from app.public.api.schemas.base import InPlace
from app.reports.models import Signal, Source
from app.reports.photos.uploads import MOST_BYTES, TYPES

Lat = Annotated[float, Field(ge=-90, le=90)]
Lon = Annotated[float, Field(ge=-180, le=180)]
Moment = Annotated[str | None, Field(json_schema_extra={"format": "date-time"})]
_UUID = "^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class Position(Sent):
    """A place on the globe, or none: both degrees or neither."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {
                    "required": ["lat", "lon"],
                    "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}},
                },
                {"properties": {"lat": {"type": "null"}, "lon": {"type": "null"}}},
            ]
        }
    )
    lat: Lat | None = None
    lon: Lon | None = None
    accuracy_m: float | None = None
    age_s: float | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> Position:
        if (self.lat is None) is not (self.lon is None):
            raise PydanticCustomError("lon_missing" if self.lon is None else "lat_missing", "half a position")
        return self


class LocationSent(Position):
    """Where it happens, as the phone knows it."""

    source: Annotated[Source, InPlace] | None = None
    landmark: str | None = None
    kelurahan: str | None = None


class ContactSent(Sent):
    """Who may be called back."""

    name: str | None = None
    phone: str | None = None
    may_call: bool | None = None


class ReportSent(Sent):
    """`POST /api/v1/reports`: only `kind` is required."""

    kind: str
    location: LocationSent | None = None
    description: str | None = None
    answers: dict[str, str] | None = None
    made_at: Moment = Field(None, description="RFC 3339; a moment that cannot be true is forgotten")
    contact: ContactSent | None = None
    locale: str | None = None
    pad: str | None = Field(None, exclude=True, description="Read and forgotten")
    block: Any = Field(
        None, exclude=True, description="Of a silent report; a part that cannot be read is left out"
    )
    sealed: Any = Field(None, exclude=True, description="Of a silent report: an envelope, base64url")
    receipt: Any = Field(None, exclude=True, description="Of a silent report: what its receipt is checked by")


class MessageSent(Sent):
    """`POST /api/v1/reports/{id}/messages`."""

    id: str | None = Field(None, description="A UUID made by the sender: the same id is the same message")
    text: str = Field(max_length=NOTE_MAX, pattern=r"[^\s\x00-\x1f\x7f]")


class AppealSent(Sent):
    """`POST /api/v1/reports/{id}/appeal`."""

    words: str = Field(max_length=1000, pattern=r"[^\s\x00-\x1f\x7f]")


class SignalSent(Sent):
    """`POST /api/v1/reports/{id}/signals`."""

    signal: Annotated[Signal, InPlace]


class SameSent(Sent):
    """`POST /api/v1/reports/{id}/same`."""

    incident: str = Field(pattern=_UUID, description="One of `nearby`")


class StillSent(Sent):
    """`POST /api/v1/reports/{id}/still`."""

    question: str = Field(pattern=_UUID)
    answer: Literal["yes", "no"]


class MediaSent(Sent):
    """`POST /api/v1/reports/{id}/media`: a photo that is about to come."""

    id: str = Field(pattern=_UUID, description="Made by the sender: the same id is the same photo")
    bytes: int = Field(ge=1, json_schema_extra={"maximum": MOST_BYTES})
    type: str = Field(json_schema_extra={"enum": [*sorted(TYPES)]})
    sha256: str | None = Field(None, pattern="^[0-9a-fA-F]{64}$")


class CallSent(Position):
    """`POST /api/v1/calls`: where a phone is whose owner taps *Telepon 112*."""

    made_at: Moment = None


class LineSent(Sent):
    """`POST /api/v1/exchange/calls`: what the telephone exchange tells of one call."""

    call: str = Field(
        min_length=1, max_length=100, pattern=r"^[\x20-\x7e]+$", description="Its name at the exchange"
    )
    event: Literal["ringing", "answered", "ended", "abandoned"]
    number: str | None = Field(None, max_length=32)
    at: Moment = None


class KeysSent(Sent):
    """The two keys of a push subscription, base64url (RFC 8291)."""

    p256dh: str
    auth: str


class SubscriptionSent(Sent):
    """`PUT /api/v1/push-subscriptions`: what `PushSubscription.toJSON()` says."""

    endpoint: str
    keys: KeysSent
    locale: str | None = None


class EndpointSent(Sent):
    """`DELETE /api/v1/push-subscriptions`."""

    endpoint: str


class ReceiptSent(Sent):
    """`POST /api/v1/push-receipts`: the opaque word that came with the push."""

    receipt: str = Field(max_length=64, pattern="^[A-Za-z0-9_-]*$")
    what: Literal["shown", "clicked"]


class PlaceQuery(Sent):
    """Words that name a place: a kelurahan, a landmark, a Plus Code, two degrees."""

    q: Annotated[str, Field(min_length=1, max_length=200)]

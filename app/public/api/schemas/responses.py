"""Defines the response schemas that `/openapi.json` promises and the tests check."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.core.domain import Kind
from app.incidents.models import IncidentState
from app.incidents.reporter.conversation_models import ReporterNeed
from app.public.api.schemas.base import Answered, InPlace
from app.public.api.schemas.conversation import OpenQuestion, SharingKept
from app.reports.models import MediaState, Signal

Priority = Annotated[int, Field(ge=1, le=3)]
Number = Annotated[str, Field(pattern=r"^B-[0-9]{4,}$", description="Counted per day: `B-0421`")]


class ReportReceived(Answered):
    """The report is on disk."""

    id: UUID
    number: Number
    state: Literal["received"]
    received_at: datetime
    track_url: str = Field(description="Where a browser follows it")
    track_token: str = Field(description="Bearer token of this report")
    priority: Priority
    advice: list[str] = Field(description="What to do while waiting")


class Rung(Answered):
    """One true step."""

    seq: int = Field(description="Number of the event in the log")
    name: str
    at: datetime
    agency: str | None = None
    resolution: str | None = None


class MessageKept(Answered):
    """Words between the reporter and the room."""

    id: UUID
    sender: Literal["reporter", "operator"] = Field(alias="from")
    at: datetime
    text: str
    delivered_at: datetime | None = Field(None, description="Fetched by the phone")
    read_at: datetime | None = Field(None, description="Seen by the other side on a visible page")


class MediaKept(Answered):
    """A photo of the report, and how far it is."""

    id: UUID
    type: str
    state: Annotated[MediaState, InPlace]
    offset: int = Field(description="Bytes that are here")
    bytes: int


class MediaBegun(Answered):
    """The photo may come, from `offset` on."""

    id: UUID
    offset: int
    bytes: int
    upload_url: str


class StrikeKept(Answered):
    """A confirmed false report: it expires, and may be appealed once."""

    state: Literal["active", "appealed", "upheld", "lifted", "expired"]
    at: datetime
    expires_at: datetime


class NearbyIncident(Answered):
    """An open incident close by that may be the same; nothing that tells who or where exactly."""

    id: UUID
    kind: Annotated[Kind, InPlace]
    kelurahan: str | None
    minutes: int = Field(description="Since it was first reported")
    within_m: int = Field(description="In steps of 100 m")


class StillKept(Answered):
    """The answer is recorded; the last one of a device counts."""

    question: UUID
    answer: Literal["yes", "no"]
    at: datetime


class SameKept(Answered):
    """The reporter's word is recorded."""

    incident: UUID
    joined: bool = Field(description="The report is part of it now; else the room decides")


class StillOngoingQuestion(Answered):
    """Dispatch asks whether the emergency still goes on."""

    id: UUID
    at: datetime


class ReportProgress(Answered):
    """How far a report is."""

    id: UUID
    number: Number
    kind: Annotated[Kind, InPlace]
    state: Annotated[IncidentState, InPlace]
    received_at: datetime
    priority: Priority
    simulation: bool = Field(description="A drill or a demonstration: the page says so")
    ladder: list[Rung]
    agencies: list[str] = Field(description="Short names, the lead first")
    messages: list[MessageKept]
    open_within_s: int
    unopened_alarm: bool = Field(description="Nobody opened it in time: call 112")
    media: list[MediaKept]
    advice: list[str]
    nearby: list[NearbyIncident] = Field(description="Asked about, until that is settled")
    still: StillOngoingQuestion | None = Field(description="Asked of this reporter, and not answered yet")
    caution: bool = Field(
        description="Many reports in a short time: say what the law says, and take the next one"
    )
    strike: StrikeKept | None = Field(description="Somebody confirmed that this report was false")
    ask: OpenQuestion | None = Field(description="Question or request that dispatch waits for")
    sharing: SharingKept | None
    needs: list[Annotated[ReporterNeed, InPlace]]


class SignalKept(Answered):
    """The signal is recorded."""

    signal: Annotated[Signal, InPlace]
    at: datetime


class PushKey(Answered):
    """`applicationServerKey` of this server (RFC 8292)."""

    key: str


class Check(Answered):
    """One part of the system."""

    ok: bool
    age_s: float | None = None
    oldest_s: float | None = None


class Readiness(Answered):
    """Whether the whole works."""

    ready: bool
    checks: dict[str, Check]


class Fault(Answered):
    """One thing that could not be read."""

    pointer: str = Field(description="JSON pointer (RFC 6901); empty: the whole body")
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. Never holds what was sent."""

    model_config = ConfigDict(extra="allow", defer_build=True)
    type: Literal["about:blank"]
    title: str
    status: int
    detail: str
    code: str = Field(description="Stable; words are not")
    pointer: str | None = None
    errors: list[Fault] | None = None

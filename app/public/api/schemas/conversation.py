"""Defines the schemas of the conversation: questions and answers, shared positions, read receipts, needs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.http.body import Sent
from app.incidents.reporter.conversation_models import Answer, AskKind, ReporterNeed
from app.public.api.schemas.base import Answered, InPlace

_UUID = "^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
AskId = Annotated[str, Field(pattern=_UUID, description="What was asked")]


class AnswerSent(Sent):
    """`POST /api/v1/reports/{id}/answers`."""

    ask: AskId
    answer: Annotated[Answer, InPlace]


class PositionSent(Sent):
    """`POST /api/v1/reports/{id}/positions`."""

    ask: AskId
    lat: Annotated[float, Field(ge=-90, le=90)]
    lon: Annotated[float, Field(ge=-180, le=180)]
    accuracy_m: Annotated[float, Field(ge=0)] | None = None
    age_s: Annotated[float, Field(ge=0)] | None = None


class StopSent(Sent):
    """`POST /api/v1/reports/{id}/sharing-stops`."""

    ask: AskId


class SeenSent(Sent):
    """`POST /api/v1/reports/{id}/seen`: ids of words and questions."""

    ids: Annotated[list[Annotated[str, Field(pattern=_UUID)]], Field(min_length=1, max_length=100)]


class NeedSent(Sent):
    """`POST /api/v1/reports/{id}/needs`."""

    no_voice: bool = Field(description="The reporter cannot speak or hear: nobody calls")


class OpenQuestion(Answered):
    """The question or request that dispatch waits for."""

    id: UUID
    what: Annotated[AskKind, InPlace]
    words: str = Field(description="In the language of the report")
    at: datetime
    answer: Annotated[Answer, InPlace] | None


class SharingKept(Answered):
    """A position is being shared, until it stops by itself."""

    ask: UUID
    until: datetime


class TalkKept(Answered):
    """Where the talk beside words stands."""

    ask: OpenQuestion | None
    sharing: SharingKept | None
    needs: list[Annotated[ReporterNeed, InPlace]]

"""The operations of the talk beside words, for openapi.json."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel

from app.public.api.operations import TRACK, Operation
from app.public.api.schemas import conversation as talk

_ROWS: Final[tuple[tuple[str, str, str, type[BaseModel]], ...]] = (
    (
        "answers",
        "answer",
        "An answer to what was asked; it may be changed until something newer is asked",
        talk.AnswerSent,
    ),
    (
        "positions",
        "give_position",
        "A position that was asked for, or one of a sharing that runs",
        talk.PositionSent,
    ),
    ("sharing-stops", "stop_sharing", "Share the position no longer", talk.StopSent),
    ("seen", "seen", "Words of the room stood on a visible page; unknown ids are forgotten", talk.SeenSent),
    ("needs", "needs", "The reporter cannot speak or hear, or can again", talk.NeedSent),
)
TALK_OPERATIONS: Final = tuple(
    Operation(
        method="post",
        path=f"/api/v1/reports/{{report_id}}/{path}",
        name=name,
        says=says,
        sends=sends,
        answers={201: talk.TalkKept},
        problems=(401, 404, 409, 413, 422, 503),
        needs=TRACK,
    )
    for path, name, says, sends in _ROWS
)

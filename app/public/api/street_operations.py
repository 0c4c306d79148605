"""Rows of the public interface for what reporters are asked about others nearby."""

from __future__ import annotations

from typing import Final

from app.public.api.operations import TRACK, Operation
from app.public.api.schemas import requests as sent
from app.public.api.schemas import responses as kept

_REPORT: Final = "/api/v1/reports/{report_id}"

STREET_OPERATIONS: Final = (
    Operation(
        method="post",
        path=f"{_REPORT}/same",
        name="say_same",
        says="It is the same as an incident nearby",
        sends=sent.SameSent,
        answers={201: kept.SameKept},
        problems=(401, 404, 413, 422, 503),
        needs=TRACK,
    ),
    Operation(
        method="post",
        path=f"{_REPORT}/still",
        name="say_still",
        says="Whether it still goes on; the last answer of a device counts",
        sends=sent.StillSent,
        answers={201: kept.StillKept},
        problems=(401, 404, 413, 422, 503),
        needs=TRACK,
    ),
)

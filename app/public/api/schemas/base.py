"""Defines the base class of response schemas."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Answered(BaseModel):
    """Refuses members that the schema does not describe."""

    model_config = ConfigDict(
        extra="forbid", serialize_by_alias=True, validate_by_name=True, defer_build=True
    )

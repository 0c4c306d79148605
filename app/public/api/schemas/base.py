"""The base of everything that the public door answers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Answered(BaseModel):
    """Base of all: nothing is answered that is not described."""

    model_config = ConfigDict(
        extra="forbid", serialize_by_alias=True, validate_by_name=True, defer_build=True
    )

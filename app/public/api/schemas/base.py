"""Defines the base class of response schemas."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Answered(BaseModel):
    """Refuses members that the schema does not describe."""

    model_config = ConfigDict(
        extra="forbid", serialize_by_alias=True, validate_by_name=True, defer_build=True
    )


class InPlace:
    """Describes an enumeration where it is used, by its codes: it gets no schema of its own in `/openapi.json`.

    Strict shapes read its codes too, from JSON or from a tree that was read before.
    """

    @staticmethod
    def __get_pydantic_core_schema__(enumeration: type[StrEnum], _: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.enum_schema(enumeration, list(enumeration), sub_type="str", strict=False)

    @staticmethod
    def __get_pydantic_json_schema__(
        schema: core_schema.EnumSchema, _: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"enum": [member.value for member in schema["members"]], "type": "string"}

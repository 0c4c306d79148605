"""`/openapi.json`: the public interface, made of the table of operations and of the schemas that are really used."""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from app.http.response import JSON, PROBLEM, raw_json

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaMode

    from app import Siaga
    from app.public.api.operations import Operation

openapi = Blueprint("openapi", __name__)
_ABOUT = (
    "Reports of emergencies in Kota Bontang. In an emergency, call 112 first. Errors are problem documents "
    "(RFC 9457) with a stable code and pointers; they never repeat what was sent."
)
_SCHEMES = {
    "track": {"type": "http", "scheme": "bearer", "description": "The `track_token` of the report"},
    "exchange": {
        "type": "apiKey",
        "in": "header",
        "name": "Siaga-Signature",
        "description": "`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.` and the body, with the shared secret",
    },
    "device": {
        "type": "apiKey",
        "in": "header",
        "name": "Siaga-Device",
        "description": "`<uuid>.<32 hex digits>`, both made on the phone; the secret is remembered at first sight",
    },
}


def init_app(app: Siaga) -> None:
    """Hang the document into the application."""
    app.register_blueprint(openapi)


@openapi.get("/openapi.json")
def document() -> Response:
    """Describe the public interface."""
    return raw_json(_document()).response()


@cache
def _document() -> bytes:
    return json.dumps(describe(), ensure_ascii=False).encode()


def describe() -> dict[str, Any]:
    """Return the document (OpenAPI 3.1)."""
    from pydantic.json_schema import models_json_schema

    from app.public.api.operations import OPERATIONS
    from app.public.api.place_operations import PLACE_OPERATIONS
    from app.public.api.receipt_operations import RECEIPT_OPERATIONS
    from app.public.api.schemas.responses import Problem
    from app.public.api.street_operations import STREET_OPERATIONS
    from app.public.api.talk_operations import TALK_OPERATIONS

    paths: dict[str, dict[str, Any]] = {}
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for operation in (
        *OPERATIONS,
        *PLACE_OPERATIONS,
        *RECEIPT_OPERATIONS,
        *STREET_OPERATIONS,
        *TALK_OPERATIONS,
    ):
        if isinstance(operation.sends, type):
            models[operation.sends, "validation"] = None
        for shape in operation.answers.values():
            if isinstance(shape, type):
                models[shape, "serialization"] = None
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    _, definitions = models_json_schema(list(models), ref_template="#/components/schemas/{model}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bontang Siaga 112", "version": "1", "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": definitions["$defs"], "securitySchemes": _SCHEMES},
    }


_NEEDED = frozenset({"Upload-Offset"})
"""Headers that a request cannot do without."""


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.says,
        "responses": {str(status): _answer(status, shape) for status, shape in operation.answers.items()}
        | {str(status): _problem(status) for status in operation.problems},
    }
    parameters = [
        {"name": name, "in": "header", "required": name in _NEEDED, "description": says, "schema": schema}
        for name, (says, schema) in operation.headers.items()
    ]
    parameters += [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
        for name in ("report_id", "media_id")
        if f"{{{name}}}" in operation.path
    ]
    if parameters:
        described["parameters"] = parameters
    if operation.needs:
        described["security"] = [{operation.needs: []}]
    if isinstance(operation.sends, str):
        described["requestBody"] = {"required": True, "content": {operation.sends: {}}}
    elif operation.sends:
        described["requestBody"] = {
            "required": True,
            "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{operation.sends.__name__}"}}},
        }
    return described


def _answer(status: int, shape: type[BaseModel] | str | None) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if isinstance(shape, str):
        answer["content"] = {shape: {"schema": {"type": "object" if shape.endswith("json") else "string"}}}
    elif shape:
        answer["content"] = {JSON: {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}}
    return answer


def _problem(status: int) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        described["headers"] = {
            "Retry-After": {"description": "Seconds", "required": True, "schema": {"type": "integer"}}
        }
    return described

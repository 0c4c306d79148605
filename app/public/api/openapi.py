"""Serves `/openapi.json`, built from the operations on the views and from the schemas that these name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flask import Blueprint, Flask, Response, current_app
from pydantic import BaseModel

from app.http.operation import Operation, operation, operations_of
from app.http.response import JSON, PROBLEM, raw_json
from app.public.api.operations import SECURITY_SCHEMES

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaMode

    from app import Siaga

openapi = Blueprint("openapi", __name__)
_ABOUT: Final = (
    "Reports of emergencies in Kota Bontang. In an emergency, call 112 first. Errors are problem documents "
    "(RFC 9457) with a stable code and pointers; they never repeat what was sent."
)
_RESPONSE_MODULES: Final = ("responses", "city", "conversation", "silent_receipts")
"""Modules of app/public/api/schemas whose classes an operation may name."""
_PARAMETER: Final = re.compile(r"<(?:(\w+):)?(\w+)>")
_PARAMETER_SCHEMAS: Final = {"": {"type": "string"}, "uuid": {"type": "string", "format": "uuid"}}
"""Converter of a Flask rule → schema of the path parameter."""
_AUTOMATIC: Final = frozenset({"HEAD", "OPTIONS"})
"""Methods that Flask adds to a rule."""


class Endpoint(NamedTuple):
    """Joins an operation with the method and the rule that lead to it."""

    method: str
    rule: str
    operation: Operation

    @property
    def path(self) -> str:
        """Return the rule as OpenAPI writes it, such as `/reports/{report_id}`."""
        return _PARAMETER.sub(r"{\2}", self.rule)


def init_app(app: Siaga) -> None:
    """Hang the document into the application."""
    app.register_blueprint(openapi)


@openapi.get("/openapi.json")
@operation(operation_id="openapi", summary="This document", responses={200: JSON})
def document() -> Response:
    """Return the document, built on the first request."""
    extensions = current_app.extensions
    if "openapi" not in extensions:
        extensions["openapi"] = json.dumps(describe(current_app), ensure_ascii=False).encode()
    return raw_json(extensions["openapi"]).response()


def endpoints(app: Flask) -> Iterator[Endpoint]:
    """Yield every described operation in the URL map of `app`."""
    for rule in app.url_map.iter_rules():
        methods = [method.lower() for method in sorted((rule.methods or set()) - _AUTOMATIC)]
        for described in operations_of(app.view_functions[rule.endpoint]):
            for method in [described.method] if described.method else methods:
                yield Endpoint(method, rule.rule, described)


def describe(app: Flask) -> dict[str, Any]:
    """Return the document (OpenAPI 3.1).

    Raises:
        KeyError: an operation names a schema that does not exist.
    """
    from pydantic.json_schema import models_json_schema

    schemas = _response_schemas()
    paths: dict[str, dict[str, Any]] = {}
    models: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(schemas["Problem"], "serialization"): None}
    for endpoint in endpoints(app):
        described = endpoint.operation
        if isinstance(described.request, type):
            models[described.request, "validation"] = None
        for name in described.responses.values():
            if name and not _is_media_type(name):
                models[schemas[name], "serialization"] = None
        paths.setdefault(endpoint.path, {})[endpoint.method] = _operation(endpoint)
    _, definitions = models_json_schema(list(models), ref_template="#/components/schemas/{model}")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bontang Siaga 112", "version": "1", "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": definitions["$defs"], "securitySchemes": SECURITY_SCHEMES},
    }


def _response_schemas() -> dict[str, type[BaseModel]]:
    """Return the schema classes by name. Imports their modules, which start does not."""
    modules = [import_module(f"app.public.api.schemas.{name}") for name in _RESPONSE_MODULES]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BaseModel)
    }


def _is_media_type(name: str) -> bool:
    return "/" in name


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    described = endpoint.operation
    document: dict[str, Any] = {
        "operationId": described.operation_id,
        "summary": described.summary,
        "responses": {str(status): _response(status, name) for status, name in described.responses.items()}
        | {str(status): _problem(status) for status in described.problems},
    }
    if parameters := [*_headers(described), *_path_parameters(endpoint.rule)]:
        document["parameters"] = parameters
    if described.security:
        document["security"] = [{described.security: []}]
    if described.request:
        document["requestBody"] = {"required": True, "content": _request_content(described.request)}
    return document


def _headers(described: Operation) -> Iterator[dict[str, Any]]:
    for header in described.headers:
        yield {
            "name": header.name,
            "in": "header",
            "required": header.required,
            "description": header.description,
            "schema": header.schema,
        }


def _path_parameters(rule: str) -> Iterator[dict[str, Any]]:
    for converter, name in _PARAMETER.findall(rule):
        yield {"name": name, "in": "path", "required": True, "schema": _PARAMETER_SCHEMAS[converter]}


def _request_content(request: type[BaseModel] | str) -> dict[str, Any]:
    return {request: {}} if isinstance(request, str) else {JSON: {"schema": _reference(request.__name__)}}


def _response(status: int, name: str | None) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if name and _is_media_type(name):
        response["content"] = {name: {"schema": {"type": "object" if name.endswith("json") else "string"}}}
    elif name:
        response["content"] = {JSON: {"schema": _reference(name)}}
    return response


def _problem(status: int) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "description": HTTPStatus(status).phrase,
        "content": {PROBLEM: {"schema": _reference("Problem")}},
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        problem["headers"] = {
            "Retry-After": {"description": "Seconds", "required": True, "schema": {"type": "integer"}}
        }
    return problem


def _reference(name: str) -> Mapping[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}

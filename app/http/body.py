"""Read and validate JSON request bodies.

Types are strict, broken text is repaired, and faults carry pointers and codes without any of the input.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from app.core.errors import Invalid

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
Shape = TypeVar("Shape", bound=BaseModel)
_CODES = {
    "missing": "missing",
    "lat_missing": "missing",
    "lon_missing": "missing",
    "json_invalid": "malformed_json",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "finite_number": "out_of_range",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "missing",
    "literal_error": "unknown_value",
    "enum": "unknown_value",
}


class Sent(BaseModel):
    """Base class of request bodies.

    Types are strict; unknown members are ignored, so that newer phones may send more.
    """

    model_config = ConfigDict(
        strict=True, extra="ignore", hide_input_in_errors=True, allow_inf_nan=False, defer_build=True
    )


@cache
def _names() -> frozenset[str]:
    """Return the member names of all request shapes, the only names that a JSON pointer in a fault may repeat."""
    return frozenset(name for shape in _shapes(Sent) for name in shape.model_fields)


def _shapes(base: type[Sent]) -> Iterator[type[Sent]]:
    for shape in base.__subclasses__():
        yield shape
        yield from _shapes(shape)


def read(shape: type[Shape], body: bytes) -> Shape:
    """Parse and validate a JSON body.

    Raises:
        Invalid: with pointers and codes; nothing of the input.
    """
    try:
        return shape.model_validate_json(body)
    except ValidationError as fault:
        if (
            fault.errors(include_url=False, include_context=False, include_input=False)[0]["type"]
            != "json_invalid"
        ):
            raise Invalid(_faults(fault)) from None
    return _read_tolerantly(shape, body)


def _read_tolerantly(shape: type[Shape], body: bytes) -> Shape:
    """Parse a body that strict JSON refuses: lone surrogates, a byte order mark."""
    try:
        tree = json.loads(body.decode("utf-8-sig", "replace"))
        return shape.model_validate(whole(tree))
    except ValidationError as fault:
        raise Invalid(_faults(fault)) from None
    except (ValueError, RecursionError):
        raise Invalid([("", "malformed_json")]) from None


def whole(tree: Any) -> Any:
    """Return a JSON tree with lone surrogates (halves of characters) replaced."""
    if isinstance(tree, str):
        return tree.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(tree, list):
        return [whole(item) for item in tree]
    if isinstance(tree, dict):
        return {whole(name): whole(item) for name, item in tree.items()}
    return tree


def _faults(fault: ValidationError) -> list[tuple[str, str]]:
    """Return (JSON pointer, code) pairs; a name of no request shape ends the pointer before it."""
    faults = []
    for error in fault.errors(include_url=False, include_context=False, include_input=False):
        pointer = ""
        for step in error["loc"]:
            if step not in _names():
                break
            pointer += f"/{step}"
        if error["type"] in {"lat_missing", "lon_missing"}:
            pointer += f"/{error['type'][:3]}"
        faults.append((pointer, _CODES.get(error["type"], "wrong_type")))
    return list(dict.fromkeys(faults))


def moment(text: str | None) -> datetime | None:
    """Return the UTC moment that a phone sent, None outside the years 2001 to 2099.

    Raises:
        ValueError: no RFC 3339 date and time with an offset.
    """
    if text is None:
        return None
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError("no offset")
    return parsed.astimezone(UTC) if 2000 < parsed.year < 2100 else None


def clean(text: str | None) -> str | None:
    """Return text without control characters and outer blanks, None when it is empty then."""
    return (_CONTROLS.sub("", text).strip() or None) if text else None

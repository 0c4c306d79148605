"""Attach the description of a public API operation to its view, for `/openapi.json`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

_ATTRIBUTE: Final = "siaga_operations"
View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Describes a request header."""

    name: str
    description: str
    schema: Mapping[str, str | int]
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Describes one method of a path, and decorates the view that answers it.

    Address and path parameters are those of the view's rule. Response schemas are named, not imported: the classes
    (25 ms of processor time) are built when the document is requested, never at start.
    """

    operation_id: str
    summary: str
    responses: Mapping[int, str | None]
    """Status → name of a schema class in app/public/api/schemas, a media type, or None for an empty body."""
    request: type[BaseModel] | str | None = None
    """Schema class of a JSON body, or the media type of any other."""
    problems: tuple[int, ...] = ()
    """Statuses that are answered with a problem document."""
    security: str | None = None
    """Name of a security scheme; None for an operation without authentication."""
    headers: tuple[Header, ...] = ()
    method: str = ""
    """HTTP method in lower case; empty for the method of the rule."""

    def __call__(self, view: View) -> View:
        """Attach this description to `view`."""
        view.__dict__.setdefault(_ATTRIBUTE, []).append(self)
        return view


operation: Final = Operation
"""Decorator form of `Operation`: `@operation(…)`."""


def operations_of(view: Callable[..., Any]) -> tuple[Operation, ...]:
    """Return the descriptions that are attached to `view`; none for a page."""
    return tuple(getattr(view, _ATTRIBUTE, ()))

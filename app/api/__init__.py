"""The public door: parse, call the domain, answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app import Siaga

PARTS = (
    "app.public.api.reports",
    "app.public.api.conversation",
    "app.public.api.silent_receipts",
    "app.public.api.photos",
    "app.public.api.districts",
    "app.public.api.place_search",
    "app.public.api.call_beacon",
    "app.public.api.phone_exchange",
    "app.api.pages",
    "app.public.api.map_tiles",
    "app.api.plain",
    "app.api.status",
    "app.api.answering",
    "app.public.api.push",
    "app.public.api.openapi",
)
"""Modules of this package; each hangs its routes into the application by `init_app`."""


def init_app(app: Siaga) -> None:
    """Hang the public door into the application."""
    for part in PARTS:
        import_module(part).init_app(app)

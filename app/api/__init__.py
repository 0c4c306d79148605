"""The public door: parse, call the domain, answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app import Siaga

PARTS = (
    "app.api.reports",
    "app.api.talk",
    "app.api.receipts",
    "app.api.media",
    "app.api.geo",
    "app.api.search",
    "app.api.calls",
    "app.api.exchange",
    "app.api.pages",
    "app.api.tiles",
    "app.api.plain",
    "app.api.status",
    "app.api.answering",
    "app.api.push",
    "app.api.openapi",
)
"""Modules of this package; each hangs its routes into the application by `init_app`."""


def init_app(app: Siaga) -> None:
    """Hang the public door into the application."""
    for part in PARTS:
        import_module(part).init_app(app)

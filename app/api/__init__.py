"""The public door: parse, call the domain, answer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app import Siaga

PARTS = (
    "reports",
    "talk",
    "receipts",
    "media",
    "geo",
    "search",
    "calls",
    "exchange",
    "pages",
    "tiles",
    "plain",
    "status",
    "answering",
    "push",
    "openapi",
)
"""Modules of this package; each hangs its routes into the application by `init_app`."""
KEEPING = ("reports", "receipts", "media", "geo", "search", "calls", "pages")
"""Those that keep something of the installation they serve: stores, indexes, the city's facts."""


def init_app(app: Siaga) -> None:
    """Hang the public door into the application."""
    for part in PARTS:
        import_module(f"{__name__}.{part}").init_app(app)


def serve_installation(app: Siaga) -> None:
    """Let every part that keeps something of an installation make it for the one of `app`."""
    for part in KEEPING:
        import_module(f"{__name__}.{part}").serve_installation(app)

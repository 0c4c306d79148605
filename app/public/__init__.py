"""Web site of residents and integrators: the API and the pages. Public means hostile: every input is checked.

Views only: they parse, call the domain and answer. Start reading at `api/report_intake.py`.
"""

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
    "app.public.pages.routes",
    "app.public.api.map_tiles",
    "app.public.pages.report_form",
    "app.public.pages.service_status",
    "app.public.pages.yes_no_page",
    "app.public.api.push",
    "app.public.api.openapi",
)
"""Modules of this package; each hangs its routes into the application by `init_app`."""
KEEPING = (
    "app.public.api.reports",
    "app.public.api.silent_receipts",
    "app.public.api.photos",
    "app.public.api.districts",
    "app.public.api.place_search",
    "app.public.api.call_beacon",
    "app.public.pages.routes",
)
"""Those that keep something of the installation that they serve: stores, indexes, facts of the city."""


def init_app(app: Siaga) -> None:
    """Hang the public site into the application."""
    for part in PARTS:
        import_module(part).init_app(app)


def serve_installation(app: Siaga) -> None:
    """Let every part that keeps something of an installation make it for the one of `app`."""
    for part in KEEPING:
        import_module(part).serve_installation(app)

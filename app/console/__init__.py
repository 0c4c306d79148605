"""The console: pages of operators, agencies, supervisors, auditors and administrators."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from app import Siaga

console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")


VIEWS = (
    "access",
    "pages",
    "signin",
    "second_step",
    "passkey_api",
    "account",
    "desk",
    "watch",
    "queue",
    "phone",
    "drills",
    "live_api",
    "incident",
    "moves",
    "talking",
    "strikes",
    "same",
    "major",
    "tasks",
    "lists",
    "editing",
    "ladders",
    "rosters",
    "places",
    "crew",
    "neighbour",
    "photos",
    "oversight.views",
    "counsel",
    "counsel_keys",
    "counsel_sealed",
    "counsel_contact",
    "glass",
    "oversight.audit",
    "oversight.exports",
    "oversight.afterwards",
    "oversight.targets",
    "handing",
    "wall",
    "cases",
)
"""Modules of this package that hang views into the console when they are imported."""


def init_app(app: Siaga) -> None:
    """Hang the console into the application."""
    for name in VIEWS:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(console)
    app.extensions["siaga.unknown"] = import_module(f"{__name__}.unknown").unknown

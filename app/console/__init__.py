"""The console: pages of operators, agencies, supervisors, auditors and administrators."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from app import Siaga

console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")


VIEWS = (
    "app.console.access",
    "app.console.pages",
    "app.console.auth.sign_in",
    "app.console.auth.second_factor",
    "app.console.auth.passkeys",
    "app.console.auth.account",
    "app.console.desk",
    "app.console.watch",
    "app.console.queue",
    "app.console.phone",
    "app.console.admin.drills",
    "app.console.live_api",
    "app.console.incident",
    "app.console.moves",
    "app.console.talking",
    "app.console.strikes",
    "app.console.same",
    "app.console.major",
    "app.console.tasks",
    "app.console.admin.lists",
    "app.console.admin.forms",
    "app.console.admin.escalation",
    "app.console.admin.on_call",
    "app.console.admin.landmarks",
    "app.console.crew",
    "app.console.neighbour",
    "app.console.photos",
    "app.console.oversight.views",
    "app.console.counsel",
    "app.console.counsel_keys",
    "app.console.counsel_sealed",
    "app.console.counsel_contact",
    "app.console.glass",
    "app.console.oversight.audit",
    "app.console.oversight.exports",
    "app.console.oversight.afterwards",
    "app.console.oversight.targets",
    "app.console.handing",
    "app.console.wall",
    "app.console.cases",
)
"""Modules of this package that hang views into the console when they are imported."""


def init_app(app: Siaga) -> None:
    """Hang the console into the application."""
    for name in VIEWS:
        import_module(name)
    app.register_blueprint(console)
    app.extensions["siaga.unknown"] = import_module("app.console.unknown").unknown

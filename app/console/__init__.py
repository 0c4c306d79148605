"""Web site of the staff: operators, agencies, supervisors, auditors, administrators, counsellors.

Views only: they read forms, call the domain and render. Start reading at `shared/route.py`, then `dispatch/`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flask import Blueprint

if TYPE_CHECKING:
    from app import Siaga

console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")


VIEWS = (
    "app.console.shared.route",
    "app.console.shared.page",
    "app.console.auth.sign_in",
    "app.console.auth.second_factor",
    "app.console.auth.passkeys",
    "app.console.auth.account",
    "app.console.shared.layout",
    "app.console.shared.watchdog",
    "app.console.dispatch.queue",
    "app.console.dispatch.phone_report",
    "app.console.admin.drills",
    "app.console.dispatch.live_api",
    "app.console.dispatch.incident",
    "app.console.dispatch.incident_commands",
    "app.console.dispatch.conversation",
    "app.console.dispatch.strikes",
    "app.console.dispatch.merge",
    "app.console.dispatch.major_incident",
    "app.console.dispatch.agency_tasks",
    "app.console.admin.lists",
    "app.console.admin.forms",
    "app.console.admin.escalation",
    "app.console.admin.on_call",
    "app.console.admin.landmarks",
    "app.console.dispatch.crew_notes",
    "app.console.dispatch.transfer",
    "app.console.shared.photos",
    "app.console.oversight.statistics",
    "app.console.silent.counsellor",
    "app.console.silent.counsellor_keys",
    "app.console.silent.sealed_items",
    "app.console.silent.safe_contact",
    "app.console.silent.emergency_access",
    "app.console.oversight.audit",
    "app.console.oversight.exports",
    "app.console.oversight.after_action",
    "app.console.oversight.targets",
    "app.console.dispatch.handover",
    "app.console.dispatch.wall_screen",
    "app.console.silent.cases",
)
"""Modules of this package that register their views on the console when they are imported."""


def init_app(app: Siaga) -> None:
    """Register the console and its views."""
    for name in VIEWS:
        import_module(name)
    app.register_blueprint(console)
    app.extensions["siaga.unknown"] = import_module("app.console.shared.not_found").unknown

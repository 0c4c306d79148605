"""Show an alarm on every console while the worker is down or the daily test report failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue

from app.accounts import csrf
from app.accounts.request_user import database, member_or_none
from app.accounts.staff import has_cleared_operator
from app.console import console
from app.console.admin.drills import drill_words
from app.console.auth.session_expiry import ending
from app.console.shared.page import locale
from app.console.shared.route import STAFF, console_route, current
from app.core.clock import now, wita_moment, wita_time
from app.core.heartbeat import silent_since
from app.core.i18n import say
from app.self_test.status import Standing, standing

if TYPE_CHECKING:
    from app import Siaga

_CLEARANCE_ROLES = {"supervisor", "administrator"}
"""Roles that are warned while silent reports reach no operator: administrators can fix it, supervisors request it."""


@console_route("/api/watch", roles=STAFF)
def watch() -> ResponseReturnValue:
    """Return what an open page polls: alarms, drill, server clock, and how long the sign-in lasts."""
    return jsonify(
        words=_alarm_words(),
        rings=_must_ring(),
        drill=drill_words(),
        now=_now_ms(),
        ending=ending(),
        who=current().id,
        csrf=csrf.token(),
    )


@console.context_processor
def _watch_context() -> dict[str, Any]:
    return {"watchdog_words": lambda: _alarm_words() if member_or_none() else "", "now_ms": _now_ms}


def _now_ms() -> int:
    """Return the server's clock in milliseconds since 1970; the clock of a workstation may be wrong by hours."""
    return int(now().timestamp() * 1000)


def _must_ring() -> bool:
    """Return whether the console rings: the worker is down, so no timer escalates, or a test report got stuck."""
    with database().read() as session:
        tested = standing(session, cast("Siaga", current_app).settings.canary_every_h)
        return silent_since(session, "worker") is not None or bool(tested and tested.missed)


def _alarm_words() -> str:
    member = member_or_none()
    with database().read() as session:
        at = silent_since(session, "worker")
        unseen = member is not None and member.role in _CLEARANCE_ROLES and not has_cleared_operator(session)
        tested = standing(session, cast("Siaga", current_app).settings.canary_every_h)
    alarms = [say(locale(), "console.watch.worker", at=wita_time(at))] if at else []
    if tested:
        alarms += _test_alarms(tested)
    if unseen and not alarms:
        alarms.append(say(locale(), "console.watch.nobody_cleared"))
    return " ".join(alarms)


def _test_alarms(test: Standing) -> list[str]:
    """Return the alarms about the daily test report; empty while it passes."""
    if test.missed:
        legs = ", ".join(say(locale(), f"canary.leg.{leg}") for leg in test.missed)
        return [say(locale(), "canary.failed", at=wita_time(test.at), legs=legs)]
    return [say(locale(), "canary.late", at=wita_moment(test.at))] if test.late else []

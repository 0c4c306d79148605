"""The watchdog: the web process looks whether the worker lives, and every console says so when it does not."""

from __future__ import annotations

from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.accounts import forgery
from app.accounts.login import database, member_or_none
from app.accounts.staff import anybody_cleared
from app.console import console
from app.console.access import STAFF, console_route, current
from app.console.pages import locale
from app.console.staying import ending
from app.core.clock import now, wita_time
from app.core.heartbeat import silent_since
from app.core.text import say

_WHO_CAN_CLEAR = {"supervisor", "administrator"}
"""Who is told that silent reports would reach no operator: an administrator mends it, a supervisor asks for it."""


@console_route("/api/watch", roles=STAFF)
def watch() -> ResponseReturnValue:
    """Tell what a page asks by itself: whether the worker lives, how late it is, and how long the sign-in lasts."""
    return jsonify(said=_said(), now=_now_ms(), ending=ending(), who=current().id, csrf=forgery.token())


@console.context_processor
def _watch() -> dict[str, Any]:
    return {"watchdog_said": lambda: _said() if member_or_none() else "", "now_ms": _now_ms}


def _now_ms() -> int:
    """Return the server's clock in milliseconds: what a desk's own says may be wrong by hours."""
    return int(now().timestamp() * 1000)


def _said() -> str:
    member = member_or_none()
    with database().read() as session:
        at = silent_since(session, "worker")
        unseen = member is not None and member.role in _WHO_CAN_CLEAR and not anybody_cleared(session)
    if at:
        return say(locale(), "console.watch.worker", at=wita_time(at))
    return say(locale(), "console.watch.nobody_cleared") if unseen else ""

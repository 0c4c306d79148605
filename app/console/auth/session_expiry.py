"""Warn staff before their sign-in ends, so that they can extend it without losing what they typed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.accounts import sessions
from app.accounts.request_user import database, limits, member_or_none
from app.console import console
from app.console.shared.page import locale
from app.console.shared.route import STAFF, console_route, current
from app.core.clock import now, wita_time
from app.core.i18n import say

WARN = timedelta(minutes=10)
"""Time before a limit at which the console warns; half of a limit that is shorter than twice this."""


@console_route("/api/tetap", roles=STAFF, methods=["POST"])
def stay() -> ResponseReturnValue:
    """Record activity, so that the idle limit starts again."""
    with database().write() as session:
        sessions.touch(session, current().session_id)
    return jsonify({})


def ending() -> dict[str, str]:
    """Return the limit that is near and the warning about it; empty text while no limit is near."""
    member = member_or_none()
    if member is None:
        return {"limit": "", "words": ""}
    moment, idle = now(), limits().idle
    if moment >= member.ends_at - WARN:
        return {
            "limit": "absolute",
            "words": say(locale(), "console.ending.absolute", at=wita_time(member.ends_at)),
        }
    if moment >= member.idle_ends_at - min(WARN, idle / 2):
        return {
            "limit": "idle",
            "words": say(locale(), "console.ending.idle", at=wita_time(member.idle_ends_at)),
        }
    return {"limit": "", "words": ""}


@console.context_processor
def _ending_context() -> dict[str, Any]:
    return {"ending": ending}

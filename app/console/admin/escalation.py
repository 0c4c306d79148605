"""The ladders of escalation: who is called, by which means, after how many seconds.

Read by oversight, kept by the administrator.
"""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.admin.forms import KEEPER
from app.console.admin.lists import KEEPERS
from app.console.dispatch.queue import agency_names
from app.console.shared.route import console_route, current
from app.core.errors import Invalid, SiagaError
from app.incidents.escalation import admin as escalation_admin
from app.incidents.escalation.models import LADDERS
from app.incidents.escalation.set_timers import Step, read_policies
from app.notifications.gateway.models import MEANS
from app.notifications.gateway.providers import open_means


@console_route("/eskalasi", roles=KEEPERS)
def ladder_list() -> ResponseReturnValue:
    """Show every ladder with its steps."""
    return _page()


@console_route("/eskalasi/<name>", roles=KEEPER, methods=["POST"])
def change_ladder(name: str) -> ResponseReturnValue:
    """Replace the steps of a ladder; a row without anybody to call is no step."""
    form = request.form
    steps: list[Step] = [
        (
            _number(f"after-{place}", -1),
            form.get(f"who-{place}", ""),
            " ".join(form.getlist(f"means-{place}")),
        )
        for place in range(escalation_admin.STEPS_MAX)
        if form.get(f"who-{place}")
    ]
    again = _number("again", -1) if form.get("again", "").strip() else None
    try:
        with database().write() as session:
            escalation_admin.set_policy(session, current().id, name, steps, again)
    except Invalid as fault:
        return _page(fault=fault, tried=(name, steps, again)), fault.status
    return redirect(url_for("console.ladder_list", ok="1"), 303)


def _page(*, fault: SiagaError | None = None, tried: tuple[str, list[Step], int | None] | None = None) -> str:
    """Return the ladders; what could not be saved stands in its form as it was typed."""
    with database().read() as session:
        ladders = read_policies(session)
        if tried:
            ladders[tried[0]] = (tried[1], tried[2])
        return render_template(
            "console/ladders.html",
            ladders=[(name, *ladders[name]) for name in LADDERS if name in ladders],
            may_call=escalation_admin.MAY_CALL,
            means=MEANS,
            open_means=open_means(current_app.settings),  # type: ignore[attr-defined]
            tried=tried[0] if tried else "",
            agencies=agency_names(session),
            fault=fault,
        )


def _number(field: str, otherwise: int) -> int:
    sent = request.form.get(field, "").strip()
    return int(sent) if sent.isdecimal() and len(sent) < 7 else otherwise

"""Show and edit escalation policies: duty to call, means, and delay in seconds of each step.

Supervisors and auditors may read them, administrators may edit them.
"""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.admin.forms import ADMINISTRATOR
from app.console.admin.lists import LIST_READERS
from app.console.dispatch.queue import agency_names
from app.console.shared.route import console_route, current
from app.core.errors import Invalid, SiagaError
from app.incidents.escalation import admin as escalation_admin
from app.incidents.escalation.models import LADDERS
from app.incidents.escalation.set_timers import Step, read_policies
from app.notifications.gateway.models import MEANS
from app.notifications.gateway.providers import open_means


@console_route("/eskalasi", roles=LIST_READERS)
def ladder_list() -> ResponseReturnValue:
    """Show every escalation policy with its steps."""
    return _render_page()


@console_route("/eskalasi/<name>", roles=ADMINISTRATOR, methods=["POST"])
def change_ladder(name: str) -> ResponseReturnValue:
    """Replace the steps of an escalation policy; rows without a duty to call are left out."""
    form = request.form
    steps: list[Step] = [
        (
            _number(f"after-{index}", -1),
            form.get(f"who-{index}", ""),
            " ".join(form.getlist(f"means-{index}")),
        )
        for index in range(escalation_admin.STEPS_MAX)
        if form.get(f"who-{index}")
    ]
    repeat_s = _number("again", -1) if form.get("again", "").strip() else None
    try:
        with database().write() as session:
            escalation_admin.set_policy(session, current().id, name, steps, repeat_s)
    except Invalid as fault:
        return _render_page(fault=fault, tried=(name, steps, repeat_s)), fault.status
    return redirect(url_for("console.ladder_list", ok="1"), 303)


def _render_page(
    *, fault: SiagaError | None = None, tried: tuple[str, list[Step], int | None] | None = None
) -> str:
    """Return the page of policies; a policy that could not be saved keeps what was typed."""
    with database().read() as session:
        policies = read_policies(session)
        if tried:
            policies[tried[0]] = (tried[1], tried[2])
        return render_template(
            "console/escalation_policies.html",
            ladders=[(name, *policies[name]) for name in LADDERS if name in policies],
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

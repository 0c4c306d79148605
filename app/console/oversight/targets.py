"""Show and edit the targets of each response-time leg; administrators alone may edit them."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.oversight.shared import OVERSIGHT, shared
from app.console.shared.route import console_route, current
from app.core.errors import Invalid
from app.statistics.targets import MOST_S, set_targets, target_table

ADMINISTRATOR = frozenset({"administrator"})


@console_route("/pengawas/sasaran", roles=OVERSIGHT | ADMINISTRATOR)
def target_list() -> ResponseReturnValue:
    """Show the targets."""
    return _render_page()


@console_route("/pengawas/sasaran", roles=ADMINISTRATOR, methods=["POST"])
def change_targets() -> ResponseReturnValue:
    """Change the targets, recorded as one event with its author."""
    try:
        with database().write() as session:
            set_targets(session, current().id, request.form)
    except Invalid as fault:
        return _render_page(fault=fault), fault.status
    return redirect(url_for("console.target_list", ok=1), 303)


def _render_page(*, fault: Invalid | None = None) -> str:
    with database().read() as session:
        return render_template(
            "console/oversight/targets.html",
            table=target_table(session),
            typed=request.form,
            most_s=MOST_S,
            fault=fault,
            **shared(),
        )

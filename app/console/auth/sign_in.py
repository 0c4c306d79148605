"""Signing in with name and password; signing out."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import request_user, sessions
from app.accounts.sessions import SignedInStaff
from app.console.shared.page import fault_words
from app.console.shared.route import SIGNED_OUT, STAFF, console_route, current
from app.core.errors import SiagaError

HOME = "/console"


@console_route("/masuk", roles=SIGNED_OUT)
def sign_in() -> ResponseReturnValue:
    """Ask for name and password; whoever is inside goes on, unless the sign-in is to begin anew."""
    member = request_user.member_or_none()
    if member is not None and "lagi" in request.args:
        return render_template("console/signin/password.html", next=onward(), name=member.name)
    if member is not None:
        return redirect(
            onward() if request_user.is_inside(member) else url_for("console.second_step", next=onward()), 303
        )
    return render_template("console/signin/password.html", next=onward())


@console_route("/masuk", roles=SIGNED_OUT, methods=["POST"])
def sign_in_now() -> ResponseReturnValue:
    """Check name and password and begin a session whose second step is still missing."""
    name = request.form.get("name", "")
    try:
        token = request_user.sign_in().first_step(
            name, request.form.get("password", ""), request_user.client_fingerprint()
        )
    except SiagaError as fault:
        page = render_template(
            "console/signin/password.html", next=onward(), name=name, fault=fault_words(fault)
        )
        return with_fault(page, fault)
    response = make_response(redirect(url_for("console.second_step", next=onward()), 303))
    request_user.give_cookie(response, token)
    return response


@console_route("/keluar", roles=STAFF, methods=["POST"], first_step=True)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    with request_user.database().write() as session:
        sessions.end(session, current().session_id)
    return outside()


def onward() -> str:
    """Return the page of ours that was asked for before signing in; never another site's."""
    wanted = request.values.get("next", "")
    plain = wanted == HOME or wanted.startswith((f"{HOME}/", f"{HOME}?"))
    plain = plain and wanted.isprintable() and "\\" not in wanted
    return wanted if plain and not wanted.startswith((f"{HOME}/masuk", f"{HOME}/keluar")) else HOME


def inside(member: SignedInStaff, token: str, where: str) -> Response:
    """Answer somebody who just became wholly signed in."""
    response = make_response(redirect(where, 303))
    request_user.give_cookie(response, token)
    request_user.remember_browser(response, member.id)
    return response


def outside() -> Response:
    """Answer somebody who just signed out."""
    response = make_response(redirect(url_for("console.sign_in"), 303))
    request_user.take_cookie(response)
    return response


def with_fault(page: str, fault: SiagaError) -> ResponseReturnValue:
    """Return a form again, with its fault's status and, if so, when to try again."""
    wait = fault.facts.get("retry_after_s")
    return page, fault.status, {"Retry-After": str(wait)} if wait is not None else {}

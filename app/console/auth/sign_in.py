"""Sign staff in with name and password, and out."""

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
    """Show the form for name and password; redirect a signed-in member unless `lagi` requests a new sign-in."""
    member = request_user.member_or_none()
    if member is not None and "lagi" in request.args:
        return render_template("console/signin/password.html", next=next_url(), name=member.name)
    if member is not None:
        return redirect(
            next_url() if request_user.is_inside(member) else url_for("console.second_step", next=next_url()),
            303,
        )
    return render_template("console/signin/password.html", next=next_url())


@console_route("/masuk", roles=SIGNED_OUT, methods=["POST"])
def sign_in_now() -> ResponseReturnValue:
    """Check name and password and begin a session that still needs its second step."""
    name = request.form.get("name", "")
    try:
        token = request_user.sign_in().first_step(
            name, request.form.get("password", ""), request_user.client_fingerprint()
        )
    except SiagaError as fault:
        page = render_template(
            "console/signin/password.html", next=next_url(), name=name, fault=fault_words(fault)
        )
        return form_with_fault(page, fault)
    response = make_response(redirect(url_for("console.second_step", next=next_url()), 303))
    request_user.give_cookie(response, token)
    return response


@console_route("/keluar", roles=STAFF, methods=["POST"], first_step=True)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    with request_user.database().write() as session:
        sessions.end(session, current().session_id)
    return answer_signed_out()


def next_url() -> str:
    """Return the console page that was requested before signing in; the home page for any other address."""
    wanted = request.values.get("next", "")
    plain = wanted == HOME or wanted.startswith((f"{HOME}/", f"{HOME}?"))
    plain = plain and wanted.isprintable() and "\\" not in wanted
    return wanted if plain and not wanted.startswith((f"{HOME}/masuk", f"{HOME}/keluar")) else HOME


def answer_signed_in(member: SignedInStaff, token: str, url: str) -> Response:
    """Redirect a member who completed the sign-in, and set the session cookies."""
    response = make_response(redirect(url, 303))
    request_user.give_cookie(response, token)
    request_user.remember_browser(response, member.id)
    return response


def answer_signed_out() -> Response:
    """Redirect a member who signed out to the sign-in page, and clear the session cookie."""
    response = make_response(redirect(url_for("console.sign_in"), 303))
    request_user.take_cookie(response)
    return response


def form_with_fault(page: str, fault: SiagaError) -> ResponseReturnValue:
    """Return a form page with the status of its fault and, where it has one, `Retry-After`."""
    wait = fault.extra.get("retry_after_s")
    return page, fault.status, {"Retry-After": str(wait)} if wait is not None else {}

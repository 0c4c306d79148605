"""The second step: a code or a passkey; set up at the first sign-in."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import request_user, totp
from app.accounts.sessions import SignedInStaff
from app.console.auth.sign_in import inside, onward, with_fault
from app.console.shared.page import fault_words
from app.console.shared.route import STAFF, console_route, current
from app.core.errors import Forbidden, SiagaError


@console_route("/langkah-dua", roles=STAFF, first_step=True)
def second_step() -> ResponseReturnValue:
    """Ask for the code; whoever has none yet is led to set one up."""
    member = current()
    if request_user.is_inside(member):
        return redirect(onward(), 303)
    if not member.has_second_factor:
        return redirect(url_for("console.set_up", next=onward()), 303)
    return _code_page(member)


@console_route("/langkah-dua", roles=STAFF, methods=["POST"], first_step=True)
def second_step_now() -> ResponseReturnValue:
    """Check the code and begin the whole session."""
    member = current()
    try:
        token = request_user.sign_in().code(
            member, request.form.get("code", ""), request_user.client_fingerprint()
        )
    except SiagaError as fault:
        return with_fault(_code_page(member, fault), fault)
    return inside(member, token, onward())


@console_route("/pasang-kode", roles=STAFF, first_step=True)
def set_up() -> ResponseReturnValue:
    """Show the secret as a drawing and in letters."""
    member = _who_may_set_up()
    return _set_up_page(member)


@console_route("/pasang-kode", roles=STAFF, methods=["POST"], first_step=True)
def set_up_now() -> ResponseReturnValue:
    """Confirm the secret with its first code."""
    member = _who_may_set_up()
    steps, fingerprint = request_user.sign_in(), request_user.client_fingerprint()
    try:
        if member.has_second_factor:
            steps.check_password(member, request.form.get("password", ""))
        token = steps.set_up_code(member, request.form.get("code", ""), fingerprint)
    except SiagaError as fault:
        return with_fault(_set_up_page(member, fault), fault)
    return inside(member, token, onward())


@console_route("/nanti-saja", roles=STAFF, methods=["POST"], first_step=True)
def put_off() -> ResponseReturnValue:
    """Let the set-up wait, while nobody but this machine reaches the server."""
    member = current()
    if member.has_second_factor or not request_user.may_put_off():
        raise Forbidden("second_step_needed")
    request_user.sign_in().put_off(member)
    response = make_response(redirect(onward(), 303))
    request_user.remember_browser(response, member.id)
    return response


def _who_may_set_up() -> SignedInStaff:
    """Somebody who has no second step yet, or is wholly inside: the password alone never replaces it."""
    member = current()
    if member.has_second_factor and not request_user.is_inside(member):
        raise Forbidden("second_step_missing")
    return member


def _code_page(member: SignedInStaff, fault: SiagaError | None = None) -> str:
    return render_template(
        "console/signin/code.html",
        next=onward(),
        has_code=member.has_code,
        has_passkey=member.has_passkey,
        fault=fault_words(fault),
    )


def _set_up_page(member: SignedInStaff, fault: SiagaError | None = None) -> str:
    secret = request_user.sign_in().offered_secret(member)
    address = totp.address_of(secret, member.name)
    return render_template(
        "console/signin/set_up.html",
        next=onward(),
        address=address,
        drawing=totp.drawing(address),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        again=member.has_second_factor,
        may_put_off=request_user.may_put_off() and not request_user.is_inside(member),
        fault=fault_words(fault),
    )

"""Check the second step of a sign-in, a code or a passkey, and set it up at the first one."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import request_user, totp
from app.accounts.sessions import SignedInStaff
from app.console.auth.sign_in import answer_signed_in, form_with_fault, next_url
from app.console.shared.page import fault_words
from app.console.shared.route import STAFF, console_route, current
from app.core.errors import Forbidden, SiagaError


@console_route("/langkah-dua", roles=STAFF, first_step=True)
def second_step() -> ResponseReturnValue:
    """Show the form for the code; redirect a member without second step to the set-up."""
    member = current()
    if request_user.is_inside(member):
        return redirect(next_url(), 303)
    if not member.has_second_factor:
        return redirect(url_for("console.set_up", next=next_url()), 303)
    return _render_code_page(member)


@console_route("/langkah-dua", roles=STAFF, methods=["POST"], first_step=True)
def second_step_now() -> ResponseReturnValue:
    """Check the code and begin the full session."""
    member = current()
    try:
        token = request_user.sign_in().code(
            member, request.form.get("code", ""), request_user.client_fingerprint()
        )
    except SiagaError as fault:
        return form_with_fault(_render_code_page(member, fault), fault)
    return answer_signed_in(member, token, next_url())


@console_route("/pasang-kode", roles=STAFF, first_step=True)
def set_up() -> ResponseReturnValue:
    """Show the secret as a QR code and in letters."""
    member = _require_may_set_up()
    return _render_set_up_page(member)


@console_route("/pasang-kode", roles=STAFF, methods=["POST"], first_step=True)
def set_up_now() -> ResponseReturnValue:
    """Confirm the secret with its first code."""
    member = _require_may_set_up()
    steps, fingerprint = request_user.sign_in(), request_user.client_fingerprint()
    try:
        if member.has_second_factor:
            steps.check_password(member, request.form.get("password", ""))
        token = steps.set_up_code(member, request.form.get("code", ""), fingerprint)
    except SiagaError as fault:
        return form_with_fault(_render_set_up_page(member, fault), fault)
    return answer_signed_in(member, token, next_url())


@console_route("/nanti-saja", roles=STAFF, methods=["POST"], first_step=True)
def put_off() -> ResponseReturnValue:
    """Postpone the set-up, while this machine alone reaches the server."""
    member = current()
    if member.has_second_factor or not request_user.may_put_off():
        raise Forbidden("second_step_needed")
    request_user.sign_in().put_off(member)
    response = make_response(redirect(next_url(), 303))
    request_user.remember_browser(response, member.id)
    return response


def _require_may_set_up() -> SignedInStaff:
    """Return the member, who has no second step yet or has passed it.

    The password alone never replaces a second step.

    Raises:
        Forbidden: `second_step_missing`.
    """
    member = current()
    if member.has_second_factor and not request_user.is_inside(member):
        raise Forbidden("second_step_missing")
    return member


def _render_code_page(member: SignedInStaff, fault: SiagaError | None = None) -> str:
    return render_template(
        "console/signin/code.html",
        next=next_url(),
        has_code=member.has_code,
        has_passkey=member.has_passkey,
        fault=fault_words(fault),
    )


def _render_set_up_page(member: SignedInStaff, fault: SiagaError | None = None) -> str:
    secret = request_user.sign_in().offered_secret(member)
    address = totp.address_of(secret, member.name)
    return render_template(
        "console/signin/set_up.html",
        next=next_url(),
        address=address,
        drawing=totp.drawing(address),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        again=member.has_second_factor,
        may_put_off=request_user.may_put_off() and not request_user.is_inside(member),
        fault=fault_words(fault),
    )

"""Show and change the account of the signed-in member: sessions, password, second step, language."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import own_account, request_user, staff
from app.console.auth.sign_in import answer_signed_out, form_with_fault
from app.console.shared.page import fault_words
from app.console.shared.route import STAFF, console_route, current
from app.core.errors import Invalid, SiagaError
from app.core.i18n import LANGUAGE_COOKIE, LOCALES


@console_route("/akun", roles=STAFF)
def account() -> ResponseReturnValue:
    """Show the member's own sessions, passkeys and language."""
    return _render_account_page()


@console_route("/akun/keluar-semua", roles=STAFF, methods=["POST"])
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of this member, the current one included."""
    with request_user.database().write() as session:
        staff.end_all_sessions(session, current().id)
    return answer_signed_out()


@console_route("/akun/sesi/<mark>/keluar", roles=STAFF, methods=["POST"])
def sign_out_one(mark: str) -> ResponseReturnValue:
    """End one other session of this member."""
    with request_user.database().write() as session:
        own_account.end_session(session, current(), mark)
    return redirect(url_for("console.account"), 303)


@console_route("/akun/sandi", roles=STAFF, methods=["POST"])
def change_password() -> ResponseReturnValue:
    """Replace the password; every other session of this member ends."""
    member, form = current(), request.form
    try:
        request_user.sign_in().check_password(member, form.get("password", ""))
        if form.get("new", "") != form.get("again", ""):
            raise Invalid([("/again", "not_the_same")])
        with request_user.database().write() as session:
            own_account.change_password(session, member, form.get("new", ""))
    except SiagaError as fault:
        return form_with_fault(_render_account_page(fault), fault)
    return redirect(url_for("console.account", ok="password"), 303)


@console_route("/akun/kunci/<passkey_id>/hapus", roles=STAFF, methods=["POST"])
def remove_passkey(passkey_id: str) -> ResponseReturnValue:
    """Remove one of this member's passkeys, after checking the password again."""
    member = current()
    try:
        request_user.sign_in().check_password(member, request.form.get("password", ""))
        with request_user.database().write() as session:
            own_account.remove_passkey(session, member, passkey_id)
    except SiagaError as fault:
        return form_with_fault(_render_account_page(fault), fault)
    return redirect(url_for("console.account", ok="passkey"), 303)


@console_route("/akun/bahasa", roles=STAFF, methods=["POST"])
def choose_language() -> ResponseReturnValue:
    """Store the language of this member, for every machine."""
    chosen = request.form.get("lang", "")
    if chosen not in LOCALES:
        raise Invalid([("/lang", "unknown")])
    with request_user.database().write() as session:
        own_account.choose_locale(session, current(), chosen)
    response = make_response(redirect(url_for("console.account"), 303))
    response.delete_cookie(LANGUAGE_COOKIE, path="/")
    return response


def _render_account_page(fault: SiagaError | None = None) -> str:
    member = current()
    with request_user.database().read() as session:
        return render_template(
            "console/signin/account.html",
            sessions=own_account.sessions_of(session, member, request_user.limits()),
            passkeys=own_account.passkeys_of(session, member),
            ok=request.args.get("ok", "") if fault is None else "",
            fault=fault_words(fault),
        )

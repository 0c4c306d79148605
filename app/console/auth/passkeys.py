"""Register passkeys and check them as second step, for `pwa/js/console/lib/passkey.js`.

Each ceremony is two requests: options, then the answer of the browser.
"""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.accounts import passkeys, request_user
from app.accounts.sessions import SignedInStaff
from app.console.auth.sign_in import next_url
from app.console.shared.route import STAFF, console_route, current, sent_object
from app.core.errors import Forbidden


@console_route("/api/passkey/new/options", roles=STAFF, methods=["POST"], first_step=True)
def new_passkey_options() -> ResponseReturnValue:
    """Return the options for registering a passkey."""
    member = _require_may_register()
    with request_user.database().write() as session:
        return jsonify(passkeys.options_to_register(session, member, request_user.site()))


@console_route("/api/passkey/new", roles=STAFF, methods=["POST"], first_step=True)
def new_passkey() -> ResponseReturnValue:
    """Store the passkey; at the first sign-in it also passes the second step."""
    member, fingerprint = _require_may_register(), request_user.client_fingerprint()
    passkeys.register(
        request_user.database(), member, request_user.site(), sent_object(), fingerprint.browser
    )
    return _begin_full_session(member) if member.second_factor_at is None else jsonify(next=next_url())


@console_route("/api/passkey/options", roles=STAFF, methods=["POST"], first_step=True)
def passkey_options() -> ResponseReturnValue:
    """Return the options for the second step with a passkey."""
    with request_user.database().write() as session:
        return jsonify(passkeys.options_to_use(session, current(), request_user.site()))


@console_route("/api/passkey", roles=STAFF, methods=["POST"], first_step=True)
def passkey_now() -> ResponseReturnValue:
    """Check the passkey and begin the full session."""
    member = current()
    passkeys.use(request_user.database(), member, request_user.site(), sent_object())
    return _begin_full_session(member)


def _require_may_register() -> SignedInStaff:
    member = current()
    if member.has_second_factor and not request_user.is_inside(member):
        raise Forbidden("second_step_missing")
    return member


def _begin_full_session(member: SignedInStaff) -> ResponseReturnValue:
    token = request_user.sign_in().passed(member, request_user.client_fingerprint())
    response = jsonify(next=next_url())
    request_user.give_cookie(response, token)
    request_user.remember_browser(response, member.id)
    return response

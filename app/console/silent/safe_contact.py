"""Apply the safe contact gate in the counsellor console.

The reporter's number is shown only to a counsellor who may use it now.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.shared.route import wants_json
from app.console.silent.counsellor_access import (
    acting_counsellor,
    case_access,
    counsellor_route,
    with_installation_key,
)
from app.silent import counsellor_case
from app.silent.crypto.master_key import MasterKey
from app.silent.dispatch_summary import Contact
from app.silent.encrypted_fields import summary_of, words_of
from app.silent.safe_contact import Decision, may_contact

SHOWN_FOR: Final = timedelta(minutes=10)
"""Duration for which an allowed phone number stays on the screen."""
PHONES: Final = ("call", "sms", "whatsapp")
"""Channels that need the phone number."""


@counsellor_route("/kasus/<case_id>/kontak", methods=["POST"])
def counsel_contact(case_id: str) -> ResponseReturnValue:
    """Request a contact now and log whether it is allowed. Only an allowed contact returns the phone number."""
    allowed, channel, until, phone = with_installation_key(lambda master_key: _ask_gate(master_key, case_id))
    if not wants_json():
        return redirect(url_for("console.counsel_case", case_id=case_id), 303)
    return jsonify(allowed=allowed, channel=channel, until=until, phone=phone)


def _ask_gate(master_key: MasterKey, case_id: str) -> tuple[bool, str | None, str | None, str | None]:
    acting = acting_counsellor()
    with database().write() as session:
        case = case_access(session, case_id, need="sealed").case
        contact = summary_of(master_key, case).contact if case.closed_at is None else Contact()
        known = request.form.get("code_word") == "yes"
        decision = may_call(contact, acting.moment, code_word_known=known)
        name = "contact_allowed" if decision.allowed else "contact_refused"
        counsellor_case.record_case_event(
            session, acting, case.id, name, channel=contact.channel, reason=decision.reason
        )
        phone = words_of(master_key, case).get("phone") if decision.allowed else None
    if not decision.allowed:
        return False, None, None, None
    return True, contact.channel, (acting.moment + SHOWN_FOR).isoformat(timespec="seconds"), phone


def may_call(contact: Contact, moment: datetime, *, code_word_known: bool) -> Decision:
    """Return whether the phone number may be shown now: never when the reporter allows only push."""
    channel = contact.channel if contact.channel in PHONES else "none"
    return may_contact(contact, channel, moment, code_word_known=code_word_known)

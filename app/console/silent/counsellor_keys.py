"""Serve and store the counsellor's own keys, made and opened in the browser.

The server holds them only in encrypted form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts.request_user import database
from app.console.shared.route import current, sent_object
from app.console.silent.counsellor_access import acting_counsellor, counsellor_route, required_text
from app.core.clock import now
from app.core.errors import Invalid
from app.silent.crypto import counsellor_keys as keys
from app.silent.crypto.published_rosters import keys_of, newest, read_root, root_file
from app.silent.crypto.signed_roster import Roster, b64, unb64

if TYPE_CHECKING:
    from app import Siaga


@counsellor_route("/kunci")
def counsel_keys() -> ResponseReturnValue:
    """Return the counsellor's own keys, the roster with its root, and the colleagues whose keys it contains."""
    with database().read() as session:
        roster = current_roster(session)
        named = rostered(roster)
        stored = newest(session)
        return jsonify(
            keys=[
                keys.key_to_json(row) | {"in_roster": row.key_id in named}
                for row in keys.own_keys(session, current().id)
            ],
            roster={"payload": stored.payload, "signature": stored.signature} if stored else None,
            root=root(),
            colleagues=[
                {"id": colleague.key_id, "name": colleague.name}
                for colleague in keys.colleagues(session, current().id, named)
            ],
        )


@counsellor_route("/kunci", methods=["POST"])
def counsel_keep_key() -> ResponseReturnValue:
    """Store a key that was made in the counsellor's browser."""
    body = sent_object()
    try:
        public = unb64(required_text(body, "public", most=100))
    except ValueError:
        raise Invalid([("/public", "unreadable")]) from None
    with database().write() as session:
        name = keys.add_key(session, acting_counsellor(), public=public, wrapped=body.get("wrapped"))
    return jsonify(id=name), 201


@counsellor_route("/kunci/<key_id>", methods=["POST"])
def counsel_wrap_key(key_id: str) -> ResponseReturnValue:
    """Store one of the counsellor's keys under another passphrase."""
    with database().write() as session:
        keys.wrap_again(session, acting_counsellor(), key_id, sent_object().get("wrapped"))
    return jsonify(id=key_id)


def current_roster(session: Session) -> Roster | None:
    """Return the newest roster, None once it has expired."""
    roster = keys_of(newest(session))
    return roster if roster is not None and roster.not_after > now() else None


def rostered(roster: Roster | None) -> set[str]:
    """Return the ids of the keys that may be sealed to now."""
    return {member.id for member in roster.valid(now())} if roster else set()


def root() -> str | None:
    """Return the root's public key in the form the counsellor's browser reads."""
    settings = cast("Siaga", current_app).settings
    found = read_root(root_file(settings.data, getattr(settings, "ppa_root", None)))
    return b64(found) if found else None

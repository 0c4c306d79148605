"""Transfer sealed items between the server and the browser of counsellors who took the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, jsonify, request, send_file
from flask.typing import ResponseReturnValue

from app.accounts.request_user import database
from app.console.shared.route import current, sent_object
from app.console.silent.counsellor_access import (
    acting_counsellor,
    case_access,
    counsellor_route,
    required_text,
    with_installation_key,
)
from app.core.errors import Invalid, NotFound
from app.core.ids import is_id
from app.silent import counsellor_case, counsellor_reply
from app.silent.crypto.counsellor_keys import own_key
from app.silent.crypto.master_key import MasterKey
from app.silent.crypto.signed_roster import b64, unb64
from app.silent.encrypted_fields import words_of
from app.silent.sealed_models import SealedFile

if TYPE_CHECKING:
    from app import Siaga

MOST_ITEMS = 500
CASE = "/kasus/<case_id>"


@counsellor_route(f"{CASE}/isi")
def counsel_items(case_id: str) -> ResponseReturnValue:
    """Return the sealed items: purpose, author, time and key ids; no content, so it is no unsealing."""
    with database().read() as session:
        case = case_access(session, case_id, need="sealed").case
        found = counsellor_case.items_of(session, case)
        return jsonify(
            report=case.key,
            receipt=b64(case.receipt_public) if case.receipt_public else None,
            words=case.words_content is not None,
            items=[
                {
                    "id": item.id,
                    "purpose": item.purpose,
                    "author": item.author,
                    "at": item.at.isoformat(timespec="seconds"),
                    "keys": sorted(item.keys),
                    "file": item.bound_to.partition("|")[2] if item.purpose == "manifest" else None,
                }
                for item in found
            ],
        )


@counsellor_route(f"{CASE}/buka", methods=["POST"])
def counsel_unseal(case_id: str) -> ResponseReturnValue:
    """Return items for the counsellor's key, with `words` also the text in clear without the phone number.

    Each is one entry of the case log.
    """
    body = sent_object()
    items = body.get("items", [])
    if not isinstance(items, list) or len(items) > MOST_ITEMS or not all(isinstance(i, str) for i in items):
        raise Invalid([("/items", "list")])
    key = required_text(body, "key") if items else None
    if body.get("words") is True:
        return jsonify(with_installation_key(lambda master_key: _unseal(master_key, case_id, key, items)))
    return jsonify(_unseal(None, case_id, key, items))


def _unseal(master_key: MasterKey | None, case_id: str, key: str | None, items: list[str]) -> dict[str, Any]:
    """Unseal items and log it; the text in clear is added only with the master key."""
    with database().write() as session:
        case = case_access(session, case_id, need="sealed").case
        found = []
        if key is not None:
            name = own_key(session, current().id, key).key_id
            found = counsellor_case.unseal(session, acting_counsellor(), case, key=name, items=items)
        words: dict[str, Any] = {}
        if master_key is not None and case.words_content is not None:
            words = words_of(master_key, case)
            if words.pop("phone", None):
                words["phone_held"] = True
            counsellor_case.record_case_event(
                session, acting_counsellor(), case.id, "unsealed", item="words", viewer="counsellor"
            )
        return {"items": [parts.to_json() for parts in found], "words": words}


@counsellor_route(f"{CASE}/pesan", methods=["POST"])
def counsel_answer(case_id: str) -> ResponseReturnValue:
    """Store a reply, sealed to the roster and to the receipt; sending it twice is no error."""
    body = sent_object()
    item_id, sealed = required_text(body, "id"), required_text(body, "sealed", most=32_768)
    with database().write() as session:
        case = case_access(session, case_id, need="sealed").case
        fresh = counsellor_reply.store_reply(
            session, acting_counsellor(), case, item_id=item_id, sealed=sealed
        )
    return jsonify(id=item_id), 201 if fresh else 200


@counsellor_route(f"{CASE}/bungkus")
def counsel_to_share(case_id: str) -> ResponseReturnValue:
    """Return the wraps that a colleague's key lacks; no body is sent, so nothing is opened."""
    key, to = request.args.get("kunci", ""), request.args.get("untuk", "")
    with database().read() as session:
        case = case_access(session, case_id, need="sealed").case
        own_key(session, current().id, key)
        found = counsellor_reply.items_to_wrap(session, case, key=key, to=to)
        return jsonify(
            report=case.key,
            items=[
                {"id": item.item.id, "purpose": item.bound_to}
                | {"parts": {"roster_version": item.item.roster_version, "wrap": b64(item.wrap)}}
                for item in found
            ],
        )


@counsellor_route(f"{CASE}/bungkus", methods=["POST"])
def counsel_share(case_id: str) -> ResponseReturnValue:
    """Store the wraps that the counsellor's browser made for a colleague."""
    body = sent_object()
    wraps = body.get("wraps")
    if not isinstance(wraps, dict) or len(wraps) > MOST_ITEMS:
        raise Invalid([("/wraps", "object_needed")])
    try:
        made = {item: unb64(wrap) for item, wrap in wraps.items()}
    except (ValueError, TypeError):
        raise Invalid([("/wraps", "unreadable")]) from None
    with database().write() as session:
        case = case_access(session, case_id, need="sealed").case
        key = own_key(session, current().id, required_text(body, "key")).key_id
        kept = counsellor_reply.store_shared_wraps(
            session, acting_counsellor(), case, key=key, to=required_text(body, "to"), wraps=made
        )
    return jsonify(kept=kept)


@counsellor_route(f"{CASE}/berkas/<file_id>/<int:index>")
def counsel_chunk(case_id: str, file_id: str, index: int) -> ResponseReturnValue:
    """Send one chunk of an attachment as stored: ciphertext. Opening its manifest was the unsealing."""
    with database().read() as session:
        case = case_access(session, case_id, need="sealed").case
        file = session.get(SealedFile, file_id) if is_id(file_id) else None
        if file is None or file.case_id != case.id or not file.complete or index >= file.chunks:
            raise NotFound
    path = cast("Siaga", current_app).settings.data / "sealed" / file.id / str(index)
    if not path.is_file():
        raise NotFound
    answer: Response = send_file(path.absolute(), mimetype="application/octet-stream")
    return answer

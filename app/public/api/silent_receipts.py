"""Answers `/api/v1/receipts`: a survivor's case, by its receipt. Every answer is padded to whole buckets."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Final, TypeVar, cast

from flask import Blueprint, Response, current_app, request

from app.core.clock import now
from app.core.errors import Invalid, TooLarge
from app.http.body import read
from app.http.client_address import household
from app.http.error_handlers import locale
from app.http.operation import operation
from app.http.problems import as_siaga_error, problem
from app.http.response import Answer, as_json, padded
from app.public.api.schemas.silent_receipts import (
    CaseOpened,
    ContactChanged,
    ItemSealed,
    PieceSealed,
    ReceiptShown,
)
from app.silent.crypto.attachments import CHUNK_BYTES, Chunk, ChunkStore
from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.sealed_items import NewItem, keep_item
from app.silent.crypto.signed_roster import unb64
from app.silent.dispatch_summary import Contact
from app.silent.encrypted_fields import load_master_key, start_key_service
from app.silent.erasure import erase, forget_log
from app.silent.receipt_case import Claim, ReceiptCases, record_case_event

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app import Siaga
    from app.silent.models import SilentCase

receipts = Blueprint("receipts", __name__, url_prefix="/api/v1/receipts")
BUCKET = 16_384
MOST_BYTES = 4 * BUCKET
MOST_PIECE_BYTES = -(-CHUNK_BYTES * 4 // 3 // BUCKET) * BUCKET + 2 * BUCKET
_PROBLEMS: Final = (404, 413, 422, 429, 503)
"""Statuses of every operation on a receipt."""
ReceiptBody = TypeVar("ReceiptBody", bound=ReceiptShown)
View = Callable[[], Answer]


def init_app(app: Siaga) -> None:
    """Hang the resource into the application."""
    app.register_blueprint(receipts)


def serve_installation(app: Siaga) -> None:
    """Open the desk of receipts and the store of sealed pieces of this installation."""
    start_key_service(app.secrets)
    app.extensions["desk"] = ReceiptCases(app.database, app.secrets, load_master_key(app.secrets))
    app.extensions["pieces"] = ChunkStore(app.settings.data, app.settings.disk_reserve_mb)


def _in_buckets(view: View) -> Callable[[], Response]:
    """Pad the answers of `view` to whole buckets, problems too; a problem repeats nothing of what was sent."""

    @wraps(view)
    def answer() -> Response:
        try:
            content = view()
        except Exception as fault:  # noqa: BLE001  every fault becomes an answer
            content = problem(as_siaga_error(fault), locale())
        return padded(content, BUCKET).response()

    return answer


@receipts.post("", endpoint="open_case")
@operation(
    operation_id="open_case",
    summary="A case by its receipt. A wrong one is a 404, ten in a minute a 429; a right one is never refused",
    request=CaseOpened,
    responses={200: "ReceiptCase"},
    problems=_PROBLEMS,
)
@_in_buckets
def open_case() -> Answer:
    """Return the state of the case, who looked at it, and the sealed items of both sides."""
    sent = _read(CaseOpened)
    return as_json(_desk().open(_claim(sent), before=sent.before))


@receipts.post("/items", endpoint="write")
@operation(
    operation_id="write_sealed",
    summary="Keep an envelope; the same id is the same item",
    request=ItemSealed,
    responses={201: "ItemTaken", 200: "ItemTaken"},
    problems=(*_PROBLEMS, 409),
)
@_in_buckets
def write_item() -> Answer:
    """Store a sealed item of the reporter: a message, the identity, the manifest of an attachment."""
    sent, moment = _read(ItemSealed), now()

    def act(session: Session, case: SilentCase) -> Answer:
        envelope = read_envelope(sent.sealed)
        item = NewItem(id=sent.id, purpose=sent.purpose, author="reporter", at=moment, envelope=envelope)
        before = keep_item(session, case, item)
        if before is None:
            record_case_event(session, case, "wrote", item=sent.id, purpose=sent.purpose)
        return as_json({"id": sent.id, "at": (before or moment).isoformat()}, 200 if before else 201)

    return _desk().with_case(_claim(sent), act)


@receipts.post("/chunks", endpoint="send_piece")
@operation(
    operation_id="send_sealed_piece",
    summary="Keep a piece of an attachment, one after the other; never decoded here",
    request=PieceSealed,
    responses={201: "PieceTaken", 200: "PieceTaken"},
    problems=(*_PROBLEMS, 409, 507),
)
@_in_buckets
def send_piece() -> Answer:
    """Store a piece of an attachment."""
    sent, moment = _read(PieceSealed, MOST_PIECE_BYTES), now()
    piece = Chunk(file=sent.file, index=sent.index, final=sent.final, content=_content(sent.content))

    def act(session: Session, case: SilentCase) -> Answer:
        is_new = _pieces().keep(session, case, piece, moment)
        if is_new and piece.index == 0:
            record_case_event(session, case, "attached", file=piece.file)
        return as_json({"file": piece.file, "index": piece.index}, 201 if is_new else 200)

    return _desk().with_case(_claim(sent), act)


@receipts.post("/contact", endpoint="contact")
@operation(
    operation_id="change_contact",
    summary="Change how she may be reached",
    request=ContactChanged,
    responses={200: "Changed"},
    problems=(*_PROBLEMS, 409),
)
@_in_buckets
def change_contact() -> Answer:
    """Change how the reporter may be reached."""
    sent = _read(ContactChanged)
    _desk().change_contact(_claim(sent), Contact(**sent.contact.model_dump()))
    return as_json({"done": True})


@receipts.post("/erase", endpoint="erase")
@operation(
    operation_id="erase_sealed",
    summary="Destroy the keys of what was sealed: it opens for nobody any more",
    request=ReceiptShown,
    responses={200: "Changed"},
    problems=_PROBLEMS,
)
@_in_buckets
def erase_case() -> Answer:
    """Destroy the keys of the sealed items, and their files."""
    moment = now()
    files = _desk().with_case(_claim(_read(ReceiptShown)), lambda session, case: erase(session, case, moment))
    for file_id in files:
        _pieces().destroy(file_id)
    forget_log(_desk().database)
    return as_json({"done": True})


def _read(shape: type[ReceiptBody], most: int = MOST_BYTES) -> ReceiptBody:
    length = request.content_length
    if length is not None and length > most:
        raise TooLarge
    body = request.stream.read(most + 1)
    if len(body) > most:
        raise TooLarge
    return read(shape, body)


def _claim(sent: ReceiptShown) -> Claim:
    secrets = _app().secrets
    return Claim(
        unb64(sent.lookup),
        unb64(sent.proof),
        secrets.sign("receipt-address", household(request.remote_addr)),
    )


def _content(text: str) -> bytes:
    try:
        content = unb64(text)
    except ValueError:
        raise Invalid([("/content", "unreadable")]) from None
    if len(content) > CHUNK_BYTES:
        raise TooLarge
    return content


def _desk() -> ReceiptCases:
    desk: ReceiptCases = current_app.extensions["desk"]
    return desk


def _pieces() -> ChunkStore:
    pieces: ChunkStore = current_app.extensions["pieces"]
    return pieces


def _app() -> Siaga:
    return cast("Siaga", current_app)

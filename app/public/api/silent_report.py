"""Reads a silent report: takes every part that can be read and leaves out the others."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from app.accounts.devices import read_device
from app.core.db import Database
from app.core.domain import SILENT_KIND
from app.core.errors import Invalid
from app.core.i18n import known
from app.core.lazy_import import late
from app.core.phone_numbers import read_phone
from app.core.secrets import Secrets
from app.http.body import clean, read, whole
from app.public.api.schemas.requests import ReportSent
from app.reports.intake import Receipt
from app.reports.intake_rows import Stored
from app.reports.report_draft import is_uuid, read_key
from app.silent.crypto.envelope import Envelope, read_envelope
from app.silent.dispatch_summary import DispatchSummary, Position, read_summary
from app.silent.intake import SilentReport, store_silent_report
from app.silent.receipt_hash import ReceiptSent

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec
else:
    ec = late("cryptography.hazmat.primitives.asymmetric.ec")

_PARTS = {"lookup": 32, "proof": 32, "public": 65}
"""Part of a receipt → its bytes."""


def is_silent(kind: str) -> bool:
    """Return whether a report of this kind becomes a silent case."""
    return clean(kind) == SILENT_KIND


def read_report(body: bytes) -> ReportSent:
    """Read a report; of a silent one leave out every part that cannot be read.

    Raises:
        Invalid: it cannot be read, and its kind is not the silent one.
    """
    try:
        return read(ReportSent, body)
    except Invalid:
        saved = _saved(body)
        if saved is None:
            raise
        return saved


def receive(database: Database, secrets: Secrets, sent: ReportSent, environ: Mapping[str, Any]) -> Receipt:
    """Store a silent report as a case; return a receipt like that of an ordinary report.

    Raises:
        KeyReused: the key was used with another body.
    """
    taken = store_silent_report(database, secrets, silent_of(sent, environ))
    row = Stored(taken.id, "", "", taken.number, SILENT_KIND, taken.priority, taken.locale, taken.received_at)
    return Receipt(row, taken.fresh)


def silent_of(sent: ReportSent, environ: Mapping[str, Any]) -> SilentReport:
    """Return a sent silent report as plain values."""
    envelope = _envelope(sent.sealed)
    return SilentReport(
        key=_key(environ),
        body=_canonical(sent),
        block=_block(sent),
        words=_clear_text(sent),
        envelope=envelope,
        envelope_refused=envelope is None and sent.sealed is not None,
        receipt=_receipt(sent.receipt),
        locale=known(sent.locale),
    )


def _key(environ: Mapping[str, Any]) -> str:
    """Return the idempotency key; one that is no UUID counts only with the header of a device.

    Two strangers with the same word would otherwise share a case, and the second would read the state of the first.
    """
    header, device = environ.get("HTTP_IDEMPOTENCY_KEY"), read_device(environ.get("HTTP_SIAGA_DEVICE"))
    return read_key(header if device or is_uuid(header) else None, device.id if device else "")


def _saved(body: bytes) -> ReportSent | None:
    try:
        tree = whole(json.loads(body.decode("utf-8-sig", "replace")))
    except (ValueError, RecursionError):
        return None
    if not isinstance(tree, dict) or not isinstance(tree.get("kind"), str) or not is_silent(tree["kind"]):
        return None
    for _ in range(len(tree)):
        try:
            return ReportSent.model_validate(tree)
        except ValidationError as fault:
            for error in fault.errors(include_input=False, include_url=False, include_context=False):
                tree.pop(error["loc"][0], None)
    return ReportSent.model_validate({"kind": SILENT_KIND.value})


def _block(sent: ReportSent) -> DispatchSummary:
    """Return the block, completed with the place of `location`."""
    block, place = read_summary(sent.block), sent.location
    if place is None:
        return block
    found: dict[str, Any] = {}
    if block.position is None and place.lat is not None and place.lon is not None:
        found["position"] = _position(place.lat, place.lon, place.accuracy_m, place.age_s)
    if block.kelurahan is None and place.kelurahan:
        found["kelurahan"] = read_summary({"kelurahan": place.kelurahan}).kelurahan
    return block.model_copy(update=found)


def _position(lat: float, lon: float, accuracy_m: float | None, age_s: float | None) -> Position | None:
    """Return a position, without an accuracy or age that cannot be true."""
    for details in ({"accuracy_m": accuracy_m, "age_s": age_s}, {}):
        position = read_summary({"position": {"lat": lat, "lon": lon, **details}}).position
        if position is not None:
            return position
    return None


def _clear_text(sent: ReportSent) -> dict[str, Any]:
    """Return the fields that came unsealed: from the plain form or an old phone."""
    contact, place = sent.contact, sent.location
    fields = {
        "words": clean(sent.description),
        "landmark": clean(place.landmark) if place else None,
        "kelurahan": clean(place.kelurahan) if place else None,
        "name": clean(contact.name) if contact else None,
        "phone": read_phone(clean(contact.phone)) if contact else None,
        "answers": {clean(name): clean(value) for name, value in (sent.answers or {}).items()} or None,
    }
    return {name: value for name, value in fields.items() if value}


def _envelope(sealed: object) -> Envelope | None:
    if not isinstance(sealed, str):
        return None
    try:
        return read_envelope(sealed)
    except Invalid:
        return None


def _receipt(sent: object) -> ReceiptSent | None:
    """Return the three parts of the receipt; None unless all are valid."""
    if not isinstance(sent, dict):
        return None
    try:
        parts = {name: _decoded(sent[name], size) for name, size in _PARTS.items()}
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), parts["public"])
    except (KeyError, TypeError, ValueError):
        return None
    return ReceiptSent(**parts)


def _decoded(text: object, size: int) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as fault:
        raise ValueError from fault
    if len(content) != size:
        raise ValueError
    return content


def _canonical(sent: ReportSent) -> str:
    """Return the report without its padding as JSON with sorted keys."""
    extra = {"block": sent.block, "sealed": sent.sealed, "receipt": sent.receipt}
    try:
        return json.dumps(sent.model_dump(exclude_none=True) | extra, sort_keys=True)
    except ValueError:  # a number of thousands of digits, which our phones never send
        return sent.model_dump_json(exclude_none=True)

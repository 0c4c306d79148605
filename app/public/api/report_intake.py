"""Answers `POST /api/v1/reports`, the busiest endpoint, without a framework: from bytes to a stored report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.accounts.devices import read_device
from app.core.db import Database
from app.core.domain import KINDS
from app.core.errors import Invalid, TooLarge
from app.core.i18n import known
from app.core.phone_numbers import read_phone
from app.core.secrets import Secrets
from app.http.body import clean, moment
from app.http.client_address import household
from app.http.edge import UNRECORDED
from app.http.error_handlers import requested_locale
from app.http.problems import as_siaga_error, problem
from app.http.response import Answer, padded, raw_json
from app.public.api import silent_report
from app.public.api.schemas.requests import ContactSent, LocationSent, ReportSent
from app.reports.advice import advice
from app.reports.intake import Receipt, Reception
from app.reports.report_draft import ReportDraft, is_uuid, read_key
from app.reports.report_number import spoken_number
from app.self_test import HEADER, PURPOSE

PATH = "/api/v1/reports"
KEY = "HTTP_IDEMPOTENCY_KEY"
CANARY = f"HTTP_{HEADER.upper().replace('-', '_')}"
"""Header of the daily self-test, which signs its key: no other sender can mark a report as a simulation."""
MOST_BYTES = 65536
_KINDS = frozenset(KINDS)
_NO_LOCATION = LocationSent()
_NO_CONTACT = ContactSent()


class ReportEndpoint:
    """Serves one address as a WSGI application."""

    def __init__(self, reception: Reception, database: Database, secrets: Secrets) -> None:
        self._reception = reception
        self._database = database
        self._secrets = secrets

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        answer = self.answer(environ)
        start_response(answer.status_line, answer.headers)
        return (answer.body,)

    def answer(self, environ: dict[str, Any]) -> Answer:
        """Store a report: 201, or 200 with the same body for a repeated one; a problem when it cannot be read."""
        try:
            sent = silent_report.read_report(body(environ))
            if silent_report.is_silent(sent.kind):
                receipt = silent_report.receive(self._database, self._secrets, sent, environ)
                environ[UNRECORDED] = True
            else:
                draft = draft_report(sent, environ, fingerprint=self._client(environ))
                if CANARY in environ and self._secrets.signed(environ[CANARY], PURPOSE, draft.key):
                    draft = replace(draft, simulation=True)
                receipt = self._reception.receive(draft)
        except Exception as fault:  # noqa: BLE001  every fault becomes an answer
            return problem(
                as_siaga_error(fault), known(requested_locale(environ.get("HTTP_ACCEPT_LANGUAGE")))
            )
        return padded(raw_json(acknowledgement(self._secrets, receipt), 201 if receipt.fresh else 200))

    def _client(self, environ: Mapping[str, Any]) -> str:
        """Return a MAC over the address of the client; empty when the key is a UUID and needs none."""
        if is_uuid(environ.get(KEY)):
            return ""
        return self._secrets.sign("key-address", household(environ.get("REMOTE_ADDR")))


def body(environ: Mapping[str, Any]) -> bytes:
    """Return the body of a request.

    Raises:
        TooLarge: more than 64 KiB.
    """
    length = environ.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > MOST_BYTES:
        raise TooLarge
    content: bytes = environ["wsgi.input"].read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge
    return content


def draft_report(sent: ReportSent, environ: Mapping[str, Any], *, fingerprint: str = "") -> ReportDraft:
    """Return a sent report as plain values, with cleaned text and an unknown kind kept as a word.

    A key that is no UUID counts for its device only, or without a device for the same body and the same `fingerprint`.

    Raises:
        Invalid: `made_at` is not RFC 3339.
    """
    kind = clean(sent.kind) or "other"
    place, contact = sent.location or _NO_LOCATION, sent.contact or _NO_CONTACT
    answers = {clean(name) or "": clean(value) or "" for name, value in (sent.answers or {}).items()}
    try:
        made_at = moment(sent.made_at)
    except ValueError:
        raise Invalid([("/made_at", "malformed_moment")]) from None
    device = read_device(environ.get("HTTP_SIAGA_DEVICE"))
    body_hash = hashlib.sha256(sent.model_dump_json(exclude_none=True).encode()).hexdigest()
    return ReportDraft(
        key=read_key(environ.get(KEY), device.id if device else f"{fingerprint}|{body_hash}"),
        body_hash=body_hash,
        kind=kind if kind in _KINDS else "other",
        kind_word=None if kind in _KINDS else kind,
        source=place.source or ("none" if place.lat is None else "pin"),
        lat=place.lat,
        lon=place.lon,
        accuracy_m=_positive(place.accuracy_m),
        age_s=_positive(place.age_s),
        landmark=clean(place.landmark),
        kelurahan=clean(place.kelurahan),
        description=clean(sent.description),
        answers=json.dumps(answers, ensure_ascii=False) if answers else "{}",
        contact_name=clean(contact.name),
        contact_phone=read_phone(clean(contact.phone)),
        may_call=bool(contact.may_call),
        locale=known(sent.locale),
        made_at=made_at,
        device=device,
    )


def acknowledgement(secrets: Secrets, receipt: Receipt) -> bytes:
    """Return the body that acknowledges a report; made of its row alone, so that a repeated request gets the same."""
    report = receipt.report
    document = {
        "id": report.id,
        "number": spoken_number(report.number),
        "state": "received",
        "received_at": report.received_at.isoformat(),
        "track_url": f"/laporan/{report.id}",
        "track_token": secrets.sign("track", report.id),
        "priority": report.priority,
        "advice": advice(report.kind, report.locale),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _positive(number: float | None) -> float | None:
    return None if number is None else max(number, 0.0)

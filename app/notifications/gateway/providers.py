"""Sends rings through providers: one interface, an adapter for each means, without database access."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import unquote, urlsplit

from app.core.clock import now
from app.core.lazy_import import late
from app.notifications.webpush.retry import TAKEN, comes_back
from config import Settings

if TYPE_CHECKING:
    import smtplib
else:
    smtplib = late("smtplib")

PATIENCE_S: Final = 10.0
"""Time limit for a provider's answer."""
_ALREADY: Final = 409
"""Status when the gateway received this ring before and its answer was lost."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A ring ready to send. `key` is the same at every try."""

    key: str
    means: str
    address: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A provider's answer: state `taken`, `again` or `failed`, its own words, and its identifier of the ring."""

    state: str
    words: str
    reference: str | None = None
    retry_after_s: float = 0.0


class Means(Protocol):
    """An adapter that sends rings by one means."""

    def carry(self, parcel: Parcel) -> Answer:
        """Send a ring and return the provider's answer; faults of the provider are answers and are not raised."""


class Gateway:
    """Sends SMS and voice calls by an HTTP gateway: `{"channel","to","text","language","reference"}`, bearer token."""

    def __init__(self, address: str, token: str) -> None:
        self._parts = urlsplit(address)
        self._token = token

    def carry(self, parcel: Parcel) -> Answer:
        """Post the ring to the gateway without following redirects."""
        body = {
            "channel": parcel.means,
            "to": parcel.address,
            "text": parcel.text,
            "language": "id",
            "reference": parcel.key,
        }
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": parcel.key,
        }
        try:
            status, retry_after_s, content = self._post(
                json.dumps(body, ensure_ascii=False).encode(), headers
            )
        except (OSError, http.client.HTTPException) as fault:
            return Answer("again", _fault_words(fault))
        if status in TAKEN or status == _ALREADY:
            return Answer("taken", str(status), _reference(content))
        return Answer("again" if comes_back(status) else "failed", str(status), retry_after_s=retry_after_s)

    def _post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, float, bytes]:
        parts = self._parts
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE_S)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body, dict(headers))
            answer = connection.getresponse()
            pause = answer.getheader("Retry-After", "")
            return answer.status, float(pause) if pause.isdecimal() else 0.0, answer.read(4096)
        finally:
            connection.close()


class Mail:
    """Sends e-mail by SMTP: `smtps://` uses TLS at once, `smtp://` where the server offers it; a password needs TLS."""

    def __init__(self, address: str, sender: str) -> None:
        self._parts = urlsplit(address)
        self._sender = sender

    def carry(self, parcel: Parcel) -> Answer:
        """Send the ring as one e-mail."""
        try:
            with self._connect() as server:
                server.send_message(self._build_email(parcel))
        except smtplib.SMTPRecipientsRefused as fault:
            code = next(iter(fault.recipients.values()))[0]
            return Answer("again" if code < 500 else "failed", str(code))
        except smtplib.SMTPResponseException as fault:
            return Answer("again" if fault.smtp_code < 500 else "failed", str(fault.smtp_code))
        except smtplib.SMTPNotSupportedError:
            return Answer("failed", "no_tls")
        except (OSError, smtplib.SMTPException) as fault:
            return Answer("again", _fault_words(fault))
        except ValueError:
            return Answer("failed", "address")
        return Answer("taken", "250")

    def _connect(self) -> smtplib.SMTP:
        parts, trust = self._parts, ssl.create_default_context()
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=PATIENCE_S, context=trust
            )
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE_S)
            server.ehlo()
            if parts.username or server.has_extn("starttls"):
                server.starttls(context=trust)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server

    def _build_email(self, parcel: Parcel) -> EmailMessage:
        letter = EmailMessage()
        domain = parseaddr(self._sender)[1].rpartition("@")[2]
        letter["From"], letter["To"], letter["Subject"] = self._sender, parcel.address, parcel.subject
        letter["Date"] = format_datetime(now())
        letter["Message-ID"] = make_msgid(parcel.key, domain or None)
        letter["Auto-Submitted"] = "auto-generated"
        letter["X-Siaga-Ring"] = parcel.key
        letter.set_content(parcel.text)
        return letter


def carriers(settings: Settings) -> dict[str, Means]:
    """Return the adapters that this installation has, by means."""
    found: dict[str, Means] = {}
    if settings.gateway_url:
        gateway = Gateway(settings.gateway_url, settings.gateway_token)
        found |= dict.fromkeys(settings.gateway_means, gateway)
    if settings.smtp_url:
        found["email"] = Mail(settings.smtp_url, settings.smtp_from)
    return found


def open_means(settings: Settings) -> frozenset[str]:
    """Return the means that this installation can send by."""
    return frozenset({"push", *carriers(settings)})


def _reference(content: bytes) -> str | None:
    try:
        parsed = json.loads(content)
    except ValueError:
        return None
    found = parsed.get("id") if isinstance(parsed, dict) else None
    return str(found)[:100] if found is not None else None


def _fault_words(fault: Exception) -> str:
    """Return the name of a fault as the table stores it."""
    if isinstance(fault, TimeoutError):
        return "timeout"
    if isinstance(fault, ssl.SSLCertVerificationError):
        return "certificate"
    return "no_connection" if isinstance(fault, ConnectionError) else type(fault).__name__

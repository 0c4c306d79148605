"""Stores push subscriptions of devices and staff. Every field is untrusted until it is checked."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from app.core.clock import now
from app.core.errors import Invalid
from app.core.i18n import known
from app.core.ids import new_id
from app.notifications.webpush.models import Notification, PushSubscription

LONGEST: Final = 1024
"""Characters of an endpoint; those in use have about 200 to 600."""
MOST_EACH: Final = 8
"""Subscriptions of one owner; browsers change endpoints silently, so the oldest one is dropped."""
_ADDRESS = re.compile(
    r"(https?)://([A-Za-z0-9.-]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?(?:/[\w.~:/?@!$&'()*+,;=%-]*)?", re.ASCII
)
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class Reach:
    """Hosts that may be push services; `loopback` allows this machine, for tests."""

    hosts: tuple[str, ...]
    loopback: bool = False

    def allows(self, endpoint: str) -> bool:
        """Return whether a push may be sent to this address: https, a listed host, the default port."""
        return len(endpoint) <= LONGEST and endpoint.count("/") > 2 and self.allows_origin(endpoint)

    def allows_origin(self, address: str) -> bool:
        """Return whether scheme, host and port are allowed."""
        found = _ADDRESS.fullmatch(address)
        if found is None:
            return False
        scheme, host, port = found.groups()
        if self.loopback and host in _LOOPBACK:
            return port is None or 0 < int(port) < 65536
        return scheme == "https" and port in {None, "443"} and self._listed(host.lower())

    def _listed(self, host: str) -> bool:
        return any(
            host.endswith(pattern[1:]) and len(host) > len(pattern) - 1
            if pattern.startswith("*.")
            else host == pattern
            for pattern in self.hosts
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A device or a member of staff."""

    device_id: str | None = None
    staff_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """A subscription as the browser sends it (Push API, `PushSubscription.toJSON()`)."""

    endpoint: str
    p256dh: str
    auth: str
    locale: str = ""

    def checked(self, reach: Reach) -> Subscribed:
        """Return the subscription with both keys as base64url without padding.

        Raises:
            Invalid: naming `/endpoint`, `/keys/p256dh` or `/keys/auth`.
        """
        point, secret = _bytes(self.p256dh), _bytes(self.auth)
        faults = [
            (pointer, code)
            for pointer, code, fine in (
                ("/endpoint", "unknown_push_service", reach.allows(self.endpoint)),
                ("/keys/p256dh", "no_point", _on_curve(point)),
                ("/keys/auth", "wrong_length", len(secret) == 16),
            )
            if not fine
        ]
        if faults:
            raise Invalid(faults)
        return Subscribed(
            endpoint=self.endpoint, p256dh=_text(point), auth=_text(secret), locale=known(self.locale)
        )


def subscribe(session: Session, owner: Owner, wish: Subscribed) -> str:
    """Store a checked subscription, replacing an earlier one of the same endpoint; return its id."""
    moment = now()
    row = session.scalar(select(PushSubscription).where(PushSubscription.endpoint == wish.endpoint))
    if row is None:
        row = PushSubscription(id=new_id(), endpoint=wish.endpoint, created_at=moment)
        session.add(row)
    row.device_id, row.staff_id = owner.device_id, owner.staff_id
    row.p256dh, row.auth, row.locale = wish.p256dh, wish.auth, wish.locale
    row.renewed_at, row.gone_at = moment, None
    session.flush()
    surplus = session.scalars(
        select(PushSubscription.id)
        .where(_owned(owner))
        .order_by(PushSubscription.renewed_at.desc(), PushSubscription.id.desc())
        .offset(MOST_EACH)
    ).all()
    forget(session, surplus, answer="replaced")
    return row.id


def unsubscribe(session: Session, owner: Owner, endpoint: str) -> None:
    """Delete a subscription of this owner."""
    session.execute(delete(PushSubscription).where(PushSubscription.endpoint == endpoint, _owned(owner)))


def forget(session: Session, ids: Iterable[str], *, answer: str) -> None:
    """Mark subscriptions as gone, and end the pushes that still wait for them."""
    gone = list(ids)
    if not gone:
        return
    session.execute(
        update(PushSubscription)
        .where(PushSubscription.id.in_(gone), PushSubscription.gone_at.is_(None))
        .values(gone_at=now())
    )
    session.execute(
        update(Notification)
        .where(Notification.subscription_id.in_(gone), Notification.state == "waiting")
        .values(state="gone", answer=answer)
    )


def note_receipt(session: Session, receipt: str, what: str) -> None:
    """Record the first time a push was shown or clicked; ignore an unknown receipt."""
    column = {"shown": Notification.shown_at, "clicked": Notification.clicked_at}[what]
    session.execute(
        update(Notification).where(Notification.receipt == receipt, column.is_(None)).values({column: now()})
    )


def _owned(owner: Owner) -> ColumnElement[bool]:
    if owner.device_id is not None:
        return PushSubscription.device_id == owner.device_id
    return PushSubscription.staff_id == owner.staff_id


def _bytes(text: str) -> bytes:
    plain = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_+/-]{0,200}", plain):
        return b""
    try:
        return base64.b64decode(
            plain.replace("-", "+").replace("_", "/") + "=" * (-len(plain) % 4), validate=True
        )
    except binascii.Error:
        return b""


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _on_curve(point: bytes) -> bool:
    """Return whether this is an uncompressed point of P-256 (SEC 1, section 2.3.3)."""
    from cryptography.hazmat.primitives.asymmetric import ec

    if len(point) != 65 or point[0] != 4:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return True

"""Register passkeys (WebAuthn level 2) and check them as the second step after the password.

The challenge is stored in the session's row; the first response removes it, valid or not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Passkey, StaffSession
from app.accounts.sessions import SignedInStaff
from app.core.clock import now
from app.core.db import Database
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.ids import new_id

MOST = 10
"""Maximum of passkeys of one member of staff."""


@dataclass(frozen=True, slots=True)
class Site:
    """Relying party of passkeys: the host's name, and the origin of the pages."""

    host: str
    origin: str


def options_to_register(session: Session, member: SignedInStaff, site: Site) -> dict[str, Any]:
    """Return the options of `navigator.credentials.create` and store their challenge.

    Raises:
        Conflict: `passkeys_full`.
    """
    from webauthn import generate_registration_options
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    if _count(session, member.id) >= MOST:
        raise Conflict("passkeys_full")
    options = generate_registration_options(
        rp_id=site.host,
        rp_name="Bontang Siaga 112",
        user_name=member.name,
        user_id=member.id.encode(),
        exclude_credentials=_descriptors(session, member.id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
    )
    return _store_challenge(session, member, options)


def register(
    database: Database, member: SignedInStaff, site: Site, answer: Mapping[str, Any], label: str
) -> None:
    """Check the browser's response and store the new passkey.

    Raises:
        Invalid: `/` with `passkey_refused`.
        Conflict: `passkey_known`.
    """
    from webauthn import verify_registration_response

    challenge = _take_challenge(database, member)
    try:
        verified = verify_registration_response(
            credential=dict(answer),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except _webauthn_errors() as fault:
        raise Invalid([("", "passkey_refused")]) from fault
    with database.write() as session:
        if session.scalar(select(Passkey.id).where(Passkey.credential_id == verified.credential_id)):
            raise Conflict("passkey_known")
        session.add(
            Passkey(
                id=new_id(),
                staff_id=member.id,
                credential_id=verified.credential_id,
                public_key=verified.credential_public_key,
                sign_count=verified.sign_count,
                label=label,
                created_at=now(),
            )
        )


def options_to_use(session: Session, member: SignedInStaff, site: Site) -> dict[str, Any]:
    """Return the options of `navigator.credentials.get` and store their challenge."""
    from webauthn import generate_authentication_options

    options = generate_authentication_options(
        rp_id=site.host, allow_credentials=_descriptors(session, member.id)
    )
    return _store_challenge(session, member, options)


def use(database: Database, member: SignedInStaff, site: Site, answer: Mapping[str, Any]) -> None:
    """Check the browser's response against the passkeys of this member of staff.

    Raises:
        Forbidden: `passkey_refused`, for any reason.
    """
    from webauthn import base64url_to_bytes, verify_authentication_response

    challenge = _take_challenge(database, member)
    try:
        credential_id = base64url_to_bytes(str(answer.get("id", "")))
        with database.write() as session:
            row = session.scalar(
                select(Passkey)
                .where(Passkey.credential_id == credential_id, Passkey.staff_id == member.id)
                .with_for_update()
            )
            if row is None:
                raise Forbidden("passkey_refused")
            verified = verify_authentication_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=row.public_key,
                credential_current_sign_count=row.sign_count,
            )
            row.sign_count = verified.new_sign_count
    except _webauthn_errors() as fault:
        raise Forbidden("passkey_refused") from fault


def _store_challenge(session: Session, member: SignedInStaff, options: Any) -> dict[str, Any]:
    from webauthn import options_to_json
    from webauthn.helpers import bytes_to_base64url

    session.execute(
        update(StaffSession)
        .where(StaffSession.id == member.session_id)
        .values(challenge=bytes_to_base64url(options.challenge))
    )
    browser_options: dict[str, Any] = json.loads(options_to_json(options))
    return browser_options


def _take_challenge(database: Database, member: SignedInStaff) -> bytes:
    from webauthn import base64url_to_bytes

    with database.write() as session:
        row = session.scalar(
            select(StaffSession).where(StaffSession.id == member.session_id).with_for_update()
        )
        challenge = row.challenge if row else None
        if row is None or challenge is None:
            raise Forbidden("passkey_refused")
        row.challenge = None
    return base64url_to_bytes(challenge)


def _descriptors(session: Session, staff_id: str) -> list[Any]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    known = session.scalars(select(Passkey.credential_id).where(Passkey.staff_id == staff_id))
    return [PublicKeyCredentialDescriptor(id=credential_id) for credential_id in known]


def _count(session: Session, staff_id: str) -> int:
    return session.scalar(select(func.count()).where(Passkey.staff_id == staff_id)) or 0


def _webauthn_errors() -> tuple[type[Exception], ...]:
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, TypeError, KeyError

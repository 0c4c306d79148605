"""Sign in members of staff: password, then a code or a passkey, each step throttled."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import known_browsers, passwords, sessions, sign_in_throttle, totp
from app.accounts.known_browsers import ClientFingerprint
from app.accounts.models import Staff, StaffSession
from app.accounts.sessions import SignedInStaff
from app.accounts.sign_in_throttle import Subject
from app.accounts.staff import find_by_name, tidy_name
from app.core.clock import now
from app.core.db import Database
from app.core.errors import Forbidden, Invalid, Unauthorized
from app.core.log import log
from app.core.secrets import Secrets

_NO_STAFF_ID = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class SignIn:
    """Sign-in of one installation."""

    database: Database
    keep: Secrets

    def first_step(self, name: str, password: str, fingerprint: ClientFingerprint) -> str:
        """Check name and password; return the token of a session that still lacks its second step.

        An unknown name, a wrong password and a disabled account give the same response in the same time.

        Raises:
            Unauthorized: `wrong_name_or_password`.
            SlowDown: with `retry_after_s`.
            Unavailable: the queue of password checks is full.
        """
        name = tidy_name(name)
        with self.database.write() as session:
            row = find_by_name(session, name)
            staff_id = row.id if row else _NO_STAFF_ID
            known_browser = known_browsers.is_known_browser(self.keep, fingerprint, staff_id)
            known_client = known_browsers.is_known_address(session, fingerprint, staff_id) or known_browser
            subjects = self._throttle_subjects(
                name, fingerprint, known_browser=known_browser, known_client=known_client
            )
            sign_in_throttle.count_try(session, *subjects)
        if not passwords.matches(row.password_hash if row else None, password, known=known_client) or (
            row is None or row.disabled_at is not None
        ):
            raise Unauthorized("wrong_name_or_password")
        new_hash = passwords.hashed(password) if passwords.is_outdated(row.password_hash) else None
        with self.database.write() as session:
            sign_in_throttle.clear(session, subjects[0])
            if new_hash:
                session.execute(update(Staff).where(Staff.id == row.id).values(password_hash=new_hash))
            return sessions.start(session, row.id, fingerprint=fingerprint)

    def code(self, member: SignedInStaff, code: str, fingerprint: ClientFingerprint) -> str:
        """Take the second step with a code; return the token of the new, complete session.

        Raises:
            Unauthorized: `wrong_code`, also for a code used before.
            SlowDown: with `retry_after_s`.
        """
        subject = self._count_code(member, fingerprint)
        with self.database.write() as session:
            row = session.get_one(Staff, member.id)
            if row.totp_secret is None or row.totp_confirmed_at is None:
                raise Forbidden("no_code_set_up")
            step = totp.step_of(totp.opened(self.keep, member.id, row.totp_secret), code)
            if step is None or not totp.use_step(session, member.id, step):
                raise Unauthorized("wrong_code")
            sign_in_throttle.clear(session, subject)
            return self._start_complete(session, member, fingerprint)

    def set_up_code(self, member: SignedInStaff, code: str, fingerprint: ClientFingerprint) -> str:
        """Confirm the offered secret with its first code; return the token of the new, complete session.

        Raises:
            Invalid: `/code` with `wrong_code`.
            SlowDown: with `retry_after_s`.
        """
        subject = self._count_code(member, fingerprint)
        secret = self.offered_secret(member)
        step = totp.step_of(secret, code)
        if step is None:
            raise Invalid([("/code", "wrong_code")])
        with self.database.write() as session:
            session.execute(
                update(Staff)
                .where(Staff.id == member.id)
                .values(
                    totp_secret=totp.sealed(self.keep, member.id, secret),
                    totp_confirmed_at=now(),
                    totp_last_step=step,
                )
            )
            sign_in_throttle.clear(session, subject)
            return self._start_complete(session, member, fingerprint)

    def offered_secret(self, member: SignedInStaff) -> str:
        """Return the TOTP secret that this session may set up."""
        return totp.proposed_secret(self.keep, member.id, member.session_id)

    def passed(self, member: SignedInStaff, fingerprint: ClientFingerprint) -> str:
        """Finish the second step after a passkey; return the token of the new, complete session."""
        with self.database.write() as session:
            return self._start_complete(session, member, fingerprint)

    def put_off(self, member: SignedInStaff) -> None:
        """Postpone setting up the second step in this session (the calling function checks that it may)."""
        with self.database.write() as session:
            session.execute(
                update(StaffSession).where(StaffSession.id == member.session_id).values(put_off_at=now())
            )

    def check_password(self, member: SignedInStaff, password: str) -> None:
        """Check the password of a signed-in member of staff again.

        Raises:
            Invalid: `/password` with `wrong_password`.
            SlowDown: with `retry_after_s`.
        """
        subject = Subject(self.keep.sign("throttle-again", member.id), sign_in_throttle.NAME_FROM_ONE_ADDRESS)
        with self.database.write() as session:
            sign_in_throttle.count_try(session, subject)
            stored = session.get_one(Staff, member.id).password_hash
        if not passwords.matches(stored, password, known=True):
            raise Invalid([("/password", "wrong_password")])
        with self.database.write() as session:
            sign_in_throttle.clear(session, subject)

    def _start_complete(self, session: Session, member: SignedInStaff, fingerprint: ClientFingerprint) -> str:
        """Replace the session by a complete one with a new token, so that the old token is worthless."""
        sessions.end(session, member.session_id)
        log().info("signed_in", staff=member.id, role=member.role)
        return sessions.start(session, member.id, fingerprint=fingerprint, second_factor=True)

    def _count_code(self, member: SignedInStaff, fingerprint: ClientFingerprint) -> Subject:
        known = known_browsers.is_known_browser(self.keep, fingerprint, member.id)
        origin = fingerprint.browser_id if known else "elsewhere"
        subject = Subject(self.keep.sign("throttle-code", member.id, origin), sign_in_throttle.CODE)
        with self.database.write() as session:
            sign_in_throttle.count_try(session, subject)
        return subject

    def _throttle_subjects(
        self, name: str, fingerprint: ClientFingerprint, *, known_browser: bool, known_client: bool
    ) -> list[Subject]:
        """Return the subjects that a try counts against; tries elsewhere do not slow a known browser or address."""
        origin = fingerprint.browser_id if known_browser else fingerprint.address_hash
        subjects = [
            Subject(self.keep.sign("throttle-name", name, origin), sign_in_throttle.NAME_FROM_ONE_ADDRESS)
        ]
        if not known_client:
            subjects.append(
                Subject(self.keep.sign("throttle-name-anywhere", name), sign_in_throttle.NAME_FROM_ANYWHERE)
            )
        return subjects

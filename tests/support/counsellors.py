"""The counsellor's side as tests need it: cases that were sealed, counsellors with keys and a roster, links counted."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, overload

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from app.accounts.models import Staff
from app.core.clock import WITA, now
from app.core.db import Database
from app.core.ids import new_id
from app.core.secrets import Secrets
from app.incidents.actor import Actor
from app.silent.case_log import log_of_case
from app.silent.counsellor_case import Counsellor
from app.silent.counsellor_case import take_case as take_on
from app.silent.crypto import counsellor_keys
from app.silent.crypto.envelope import Envelope, read_envelope
from app.silent.crypto.hpke_envelope import Context, seal, unseal
from app.silent.crypto.key_files import new_key
from app.silent.crypto.published_rosters import keys_of, newest
from app.silent.crypto.signed_roster import b64, key_id, point
from app.silent.dispatch_summary import Contact, DispatchSummary, Position
from app.silent.intake import SilentReport, store_silent_report
from app.silent.models import SilentCase
from app.silent.receipt_hash import ReceiptSent
from app.silent.sealed_models import SealedItem, SealedWrap
from app.web import Siaga
from config import Settings
from tests.support.ppa import Ppa
from tests.support.staff import Browser

STORY = {
    "words": "Pintu belakang terbuka",
    "name": "Ibu S",
    "phone": "+6281100000",
    "note": "Kata sandi: melati",
}
BLOCK = DispatchSummary(
    position=Position(lat=0.1331, lon=117.4902, accuracy_m=18),
    weapon="yes",
    children="yes",
    happening_now="no",
    contact=Contact(channel="call", code_word=True),
)
WRAPPED = {
    "kdf": "PBKDF2-SHA-256",
    "rounds": 600_000,
    "salt": "A" * 22,
    "iv": "A" * 16,
    "ciphertext": "A" * 64,
}
"""Well formed and opened by nothing: the server cannot tell."""


@dataclass
class Counsel:
    """Cases and keys on a database; `ppa` holds root, recovery key and every private key made here."""

    database: Database
    secrets: Secrets
    ppa: Ppa
    receipts: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    """Case id → the receipt's private key."""

    def clear(self, staff_id: str) -> None:
        """Let somebody be cleared."""
        with self.database.write() as session:
            session.get_one(Staff, staff_id).cleared = True

    def hire(self, name: str | None = None) -> Actor:
        """Add a cleared counsellor without a key; return the person."""
        person = Actor(new_id(), name or f"pendamping-{new_id()[-4:]}", "agency", "uptdppa")
        with self.database.write() as session:
            session.add(
                Staff(
                    id=person.id,
                    name=person.name,
                    role="agency",
                    agency="uptdppa",
                    cleared=True,
                    password_hash="none",
                    created_at=now(),
                )
            )
        return person

    def give_key(
        self,
        staff_id: str,
        *,
        wrap: Callable[[ec.EllipticCurvePrivateKey, str], object] = lambda _private, _name: WRAPPED,
    ) -> str:
        """Let a counsellor have a key whose private half the test holds; return its id."""
        private = new_key()
        public = point(private.public_key())
        with self.database.write() as session:
            name = counsellor_keys.add_key(
                session, Counsellor(staff_id, now()), public=public, wrapped=wrap(private, key_id(public))
            )
        self.ppa.private[name] = private
        return name

    def recipients(self) -> tuple[int, dict[str, ec.EllipticCurvePublicKey]]:
        """Return the newest roster's version and keys."""
        with self.database.read() as session:
            roster = keys_of(newest(session))
        assert roster is not None
        return roster.version, {
            member.id: ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), member.public)
            for member in roster.members
        }

    def case(
        self,
        *,
        story: dict[str, str] | None = STORY,
        block: DispatchSummary = BLOCK,
        receipt: bool = True,
        words: dict[str, Any] | None = None,
    ) -> str:
        """Let somebody ask for help; return the case's id. `words` are what came in clear."""
        key, private = new_id(), new_key()
        version, to = self.recipients()
        if story and receipt:
            story = story | {"receipt": b64(point(private.public_key()))}
        envelope = (
            read_envelope(seal(Context(key, "narrative"), version, to, json.dumps(story).encode()))
            if story
            else None
        )
        sent = ReceiptSent(os.urandom(32), os.urandom(32), point(private.public_key())) if receipt else None
        taken = store_silent_report(
            self.database,
            self.secrets,
            SilentReport(key=key, body=key, block=block, words=words or {}, envelope=envelope, receipt=sent),
        )
        self.receipts[taken.id] = private
        return taken.id

    def taken_by(self, person: Actor, case_id: str) -> None:
        """Let her take a case."""
        with self.database.write() as session:
            take_on(session, Counsellor(person.id, now()), session.get_one(SilentCase, case_id))

    def add(self, case_id: str, purpose: str, plain: bytes, *, item_id: str | None = None) -> str:
        """Let her add something sealed to the roster and her receipt; return the item's id."""
        item_id = item_id or new_id()
        version, to = self.recipients()
        receipt = self.receipts[case_id].public_key()
        to = to | {key_id(point(receipt)): receipt}
        with self.database.write() as session:
            report = session.get_one(SilentCase, case_id).key
            envelope = read_envelope(seal(Context(report, f"{purpose}|{item_id}"), version, to, plain))
            session.add(
                SealedItem(
                    id=item_id,
                    case_id=case_id,
                    purpose=purpose,
                    author="reporter",
                    at=now(),
                    roster_version=version,
                    header=envelope.header,
                    iv=envelope.iv,
                    body=envelope.body,
                )
            )
            session.flush()
            session.add_all(
                SealedWrap(sealed_id=item_id, key_id=name, wrap=wrap) for name, wrap in envelope.wraps.items()
            )
        return item_id

    @overload
    def links(self, case_id: str) -> list[str]: ...

    @overload
    def links(self, case_id: str, name: str) -> list[dict[str, Any]]: ...

    def links(self, case_id: str, name: str | None = None) -> list[str] | list[dict[str, Any]]:
        """Return the names of a case's links, or the facts of those of one name."""
        with self.database.read() as session:
            found = log_of_case(session, case_id)
        return (
            [json.loads(row.data) for row in found if row.name == name] if name else [r.name for r in found]
        )

    def row(self, case_id: str) -> SilentCase:
        """Return the case as it is stored."""
        with self.database.read() as session:
            return session.get_one(SilentCase, case_id)

    def called(self, case_id: str) -> dict[str, int | date]:
        """Return the number and the day in Bontang by which a case is asked for."""
        row = self.row(case_id)
        return {"number": row.number, "day": row.received_at.astimezone(WITA).date()}

    def items(self, case_id: str) -> Sequence[SealedItem]:
        """Return what is sealed in a case."""
        with self.database.read() as session:
            query = select(SealedItem).where(SealedItem.case_id == case_id).order_by(SealedItem.at)
            return session.scalars(query).all()

    def receipt_id(self, case_id: str) -> str:
        """Return the name of a case's receipt key."""
        return key_id(point(self.receipts[case_id].public_key()))

    def receipt_public(self, case_id: str) -> str:
        """Return a case's receipt key as it travels."""
        return b64(point(self.receipts[case_id].public_key()))

    def swap_receipt(self, case_id: str) -> None:
        """Put another receipt's key in the place of hers, as somebody with the server could."""
        with self.database.write() as session:
            session.get_one(SilentCase, case_id).receipt_public = point(new_key().public_key())

    def opened_by_receipt(self, case_id: str, item: SealedItem) -> str:
        """Return what the receipt's key opens of an item."""
        name = self.receipt_id(case_id)
        with self.database.read() as session:
            wrap = session.get_one(SealedWrap, (item.id, name)).wrap
        envelope = Envelope(item.header, item.roster_version, {name: wrap}, item.iv, item.body)
        context = Context(self.row(case_id).key, f"chat|{item.id}")
        return unseal(context, envelope, name, self.receipts[case_id]).decode()


@pytest.fixture
def counsel(app: Siaga, database: Database, settings: Settings) -> Counsel:
    """Cases and keys of the application; nobody has a key and no roster is published yet."""
    return Counsel(database, app.secrets, Ppa(database, settings.data))


@pytest.fixture
def in_room(inside: Callable[..., Browser], counsel: Counsel) -> Callable[..., Browser]:
    """Return `enter(name)`: a cleared counsellor's browser with `.key`, named by a roster published at once."""

    def enter(name: str = "wati") -> Browser:
        first = inside("agency", "uptdppa", name=name)
        assert first.staff_id is not None
        counsel.clear(first.staff_id)
        first.key = counsel.give_key(first.staff_id)
        counsel.ppa.publish()
        return first

    return enter


@pytest.fixture
def on_case(in_room: Callable[..., Browser], counsel: Counsel) -> Callable[..., tuple[Browser, str, str]]:
    """Return `take(**case)`: a counsellor who took a fresh case: (her browser, the case's id, its address)."""

    def start(**case: Any) -> tuple[Browser, str, str]:
        wati = in_room()
        case_id = counsel.case(**case)
        here = f"/console/pendamping/kasus/{case_id}"
        wati.get(here)
        wati.post(f"{here}/ambil")
        return wati, case_id, here

    return start

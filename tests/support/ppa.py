"""UPTD PPA as tests need it: a root in a folder, counsellors with keys, a roster that is published."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.accounts.models import Staff
from app.core.clock import now
from app.core.db import Database
from app.core.ids import new_id
from app.silent.crypto import key_files, published_rosters
from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.hpke_envelope import Context, seal
from app.silent.crypto.master_key import EncryptedField
from app.silent.crypto.sealed_items import NewItem, insert_item
from app.silent.crypto.signed_roster import Roster, RosterKey, key_id, point, sign_roster
from app.silent.models import SilentCase
from app.silent.sealed_models import CounsellorKey


@dataclass
class Ppa:
    """The root, the recovery key and the counsellors' private keys, by key id."""

    database: Database
    data: Path
    root: ec.EllipticCurvePrivateKey = field(default_factory=key_files.new_key)
    recovery: ec.EllipticCurvePrivateKey = field(default_factory=key_files.new_key)
    private: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)
    """Key id → staff id."""

    @property
    def recovery_id(self) -> str:
        return key_id(point(self.recovery.public_key()))

    def hire(self, name: str, *, cleared: bool = True, agency: str = "uptdppa") -> str:
        """Add a counsellor with a key; return the key's id."""
        key, staff_id = key_files.new_key(), new_id()
        public = point(key.public_key())
        with self.database.write() as session:
            session.add(
                Staff(
                    id=staff_id,
                    name=name,
                    role="agency",
                    agency=agency,
                    cleared=cleared,
                    password_hash="-",
                    locale="id",
                    created_at=now(),
                )
            )
            session.flush()
            session.add(
                CounsellorKey(
                    key_id=key_id(public), staff_id=staff_id, public=public, wrapped="{}", created_at=now()
                )
            )
        self.private[key_id(public)] = key
        self.staff[key_id(public)] = staff_id
        return key_id(public)

    def folder(self, where: Path) -> Path:
        """Write the files of `ppa root` for this root."""
        where.mkdir(mode=0o700)
        key_files.write_private_file(where / key_files.ROOT_KEY, key_files.pem(self.root))
        key_files.write_private_file(
            where / key_files.ROOT_PUBLIC, key_files.write_point(point(self.root.public_key()))
        )
        key_files.write_private_file(
            where / key_files.RECOVERY_PUBLIC, key_files.write_point(point(self.recovery.public_key()))
        )
        for share in key_files.share_out(self.recovery):
            key_files.write_private_file(where / f"share-{share.number}.txt", f"{share.line()}\n".encode())
        return where

    def signed(
        self,
        *,
        version: int | None = None,
        days: float = 90,
        root: ec.EllipticCurvePrivateKey | None = None,
        members: list[RosterKey] | None = None,
    ) -> dict[str, str]:
        """Return a signed roster of everybody."""
        until = now() + timedelta(days=days)
        with self.database.read() as session:
            version = version or published_rosters.next_version(session)
            held = [member for _, member in published_rosters.counsellors(session, not_after=until)]
        held = [*held, RosterKey(point(self.recovery.public_key()), "recovery", until)]
        return sign_roster(root or self.root, version, until, held if members is None else members)

    def publish(self) -> Roster:
        """Publish it, with the root's public half where the server reads it."""
        file = published_rosters.root_file(self.data, None)
        if not file.exists():
            file.parent.mkdir(exist_ok=True)
            key_files.write_private_file(file, key_files.write_point(point(self.root.public_key())))
        with self.database.write() as session:
            return published_rosters.publish(
                session, self.signed(), point(self.root.public_key()), moment=now()
            )


@pytest.fixture
def office(database: Database, data_folder: Path) -> Ppa:
    """UPTD PPA before its first counsellor has a key."""
    return Ppa(database, data_folder)


def lay_cases(
    office: Ppa,
    count: int,
    *,
    words: str = "Dia mengunci pintu",
    readers: Collection[str] | None = None,
    locked: Callable[[str], EncryptedField] | None = None,
    **details: Any,
) -> list[str]:
    """Store open cases, each with a narrative that the newest roster reads; return their ids."""
    with office.database.read() as session:
        roster = published_rosters.keys_of(published_rosters.newest(session))
    assert roster is not None
    publics = {
        member.id: ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), member.public)
        for member in roster.members
        if readers is None or member.id in readers
    }
    made = []
    with office.database.write() as session:
        for number in range(count):
            case_id, key = new_id(), new_id()
            block = locked(case_id) if locked else None
            session.add(
                SilentCase(
                    id=case_id,
                    key=key,
                    body_hash="-",
                    number=number + 1,
                    received_at=now(),
                    state="received",
                    priority=1,
                    version=1,
                    locale="id",
                    block_version=1,
                    block_wrapped=block.wrapped if block else None,
                    block_content=block.content if block else None,
                    **details,
                )
            )
            session.flush()
            envelope = read_envelope(
                seal(Context(key, "narrative"), roster.version, publics, f"{words} {number}".encode())
            )
            fresh = NewItem(id=new_id(), purpose="narrative", author="reporter", at=now(), envelope=envelope)
            insert_item(session, case_id, fresh, envelope.wraps)
            made.append(case_id)
    return made

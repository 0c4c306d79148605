"""Somebody with a receipt: what her browser keeps in its head, and the receipts' doors as it asks them."""

import base64
import json
import os
from dataclasses import dataclass, field
from typing import Any, Self

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.ids import new_id
from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.hpke_envelope import Context, seal, unseal
from app.silent.crypto.signed_roster import b64, key_id, point
from tests.support.silent import Seals

DOORS = "/api/v1/receipts"


@dataclass
class She:
    """Her key, her receipt, and the case she opened with it."""

    client: FlaskClient
    seals: Seals
    key: str = field(default_factory=new_id)
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    lookup: str = field(default_factory=lambda: b64(os.urandom(32)))
    proof: str = field(default_factory=lambda: b64(os.urandom(32)))
    id: str = ""

    @property
    def public(self) -> bytes:
        return point(self.private.public_key())

    @property
    def key_id(self) -> str:
        return key_id(self.public)

    def call_for_help(self, words: str = "Tolong", **more: object) -> Self:
        """Send the silent report; keep the case's id."""
        receipt = {"lookup": self.lookup, "proof": self.proof, "public": b64(self.public)}
        body = {"kind": "violence_home", "receipt": receipt, "sealed": self.sealed(words, "narrative")} | more
        headers = {"Idempotency-Key": self.key, "Content-Type": "application/json"}
        answer = self.client.post("/api/v1/reports", data=json.dumps(body), headers=headers)
        assert answer.status_code == 201
        self.id = answer.get_json()["id"]
        return self

    def sealed(self, words: str, purpose: str, *, to_her: bool = False, key: str | None = None) -> str:
        """Seal words for the roster, and for her own receipt."""
        readers = {self.seals.id: self.seals.private.public_key()}
        readers |= {self.key_id: self.private.public_key()} if to_her else {}
        return seal(Context(key or self.key, purpose), self.seals.version, readers, words.encode())

    def ask(self, door: str = "", *, address: str = "192.0.2.1", **more: object) -> TestResponse:
        """Ask one of the receipts' doors."""
        body = {"lookup": self.lookup, "proof": self.proof} | more
        return self.client.post(f"{DOORS}{door}", json=body, environ_base={"REMOTE_ADDR": address})

    def write(
        self, words: str, *, item: str | None = None, purpose: str = "chat", **more: Any
    ) -> tuple[str, TestResponse]:
        """Write to her counsellor; the id is the item's."""
        item = item or new_id()
        sealed = self.sealed(words, f"{purpose}|{item}", to_her=True)
        return item, self.ask("/items", id=item, purpose=purpose, sealed=sealed, **more)

    def send_piece(self, file: str, index: int, content: bytes, *, final: bool = False) -> TestResponse:
        """Send a piece of ciphertext."""
        return self.ask("/chunks", file=file, index=index, final=final, content=b64(content))

    def read(self, item: dict[str, str]) -> str:
        """Open an item that came back, as her browser does."""
        envelope = read_envelope(item["envelope"])
        context = Context(self.key, f"{item['purpose']}|{item['id']}")
        return unseal(context, envelope, self.key_id, self.private).decode()


def flipped(envelope: str, bit: int) -> str:
    """Return an envelope with one bit turned."""
    content = bytearray(base64.urlsafe_b64decode(envelope + "=" * (-len(envelope) % 4)))
    content[bit // 8] ^= 1 << bit % 8
    return b64(bytes(content))


@pytest.fixture
def she(client: FlaskClient, seals: Seals) -> She:
    """Somebody who called for help in silence and has her receipt."""
    return She(client, seals).call_for_help()

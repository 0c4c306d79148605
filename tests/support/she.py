"""Somebody with a receipt: what her browser keeps in its head, and the receipts' doors as it asks them."""

import base64
import json
import os
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.core.ids import new_id
from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.hpke_envelope import Context, seal, unseal
from app.silent.crypto.signed_roster import b64, key_id, point

DOORS = "/api/v1/receipts"


@dataclass
class She:
    """Her key, her receipt, and the case she opened with it."""

    client: object
    seals: object
    key: str = field(default_factory=new_id)
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    lookup: str = field(default_factory=lambda: b64(os.urandom(32)))
    proof: str = field(default_factory=lambda: b64(os.urandom(32)))
    id: str = ""

    @property
    def public(self):
        return point(self.private.public_key())

    @property
    def key_id(self):
        return key_id(self.public)

    def call_for_help(self, words="Tolong", **more):
        """Send the silent report; keep the case's id."""
        receipt = {"lookup": self.lookup, "proof": self.proof, "public": b64(self.public)}
        body = {"kind": "violence_home", "receipt": receipt, "sealed": self.sealed(words, "narrative")} | more
        headers = {"Idempotency-Key": self.key, "Content-Type": "application/json"}
        answer = self.client.post("/api/v1/reports", data=json.dumps(body), headers=headers)
        assert answer.status_code == 201
        self.id = answer.json["id"]
        return self

    def sealed(self, words, purpose, *, to_her=False, key=None):
        """Seal words for the roster, and for her own receipt."""
        readers = {self.seals.id: self.seals.private.public_key()}
        readers |= {self.key_id: self.private.public_key()} if to_her else {}
        return seal(Context(key or self.key, purpose), self.seals.version, readers, words.encode())

    def ask(self, door="", *, address="192.0.2.1", **more):
        """Ask one of the receipts' doors."""
        body = {"lookup": self.lookup, "proof": self.proof} | more
        return self.client.post(f"{DOORS}{door}", json=body, environ_base={"REMOTE_ADDR": address})

    def write(self, words, *, item=None, purpose="chat", **more):
        """Write to her counsellor; the id is the item's."""
        item = item or new_id()
        sealed = self.sealed(words, f"{purpose}|{item}", to_her=True)
        return item, self.ask("/items", id=item, purpose=purpose, sealed=sealed, **more)

    def send_piece(self, file, index, content, *, final=False):
        """Send a piece of ciphertext."""
        return self.ask("/chunks", file=file, index=index, final=final, content=b64(content))

    def read(self, item):
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
def she(client, seals):
    """Somebody who called for help in silence and has her receipt."""
    return She(client, seals).call_for_help()

"""Silent reports as a phone sends them: a block, a narrative sealed for a roster, a receipt; and the keys behind it."""

import base64
import json
import os
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.ids import new_id
from app.silent.crypto.hpke_envelope import Context, seal
from app.silent.crypto.signed_roster import point
from tests.support.ppa import Ppa

CURVE = ec.SECP256R1()
BLOCK = {
    "position": {"lat": 0.1331, "lon": 117.4902, "accuracy_m": 18, "age_s": 4},
    "weapon": "yes",
    "happening_now": "yes",
    "children": "yes",
    "no_siren": True,
    "contact": {"channel": "call", "from_hour": 9, "until_hour": 11, "code_word": True},
}


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Seals:
    """A published roster with one counsellor's key, and sealing as the browser does."""

    ppa: Ppa
    id: str
    version: int

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        return self.ppa.private[self.id]

    def sealed(self, key: str, words: object, *, purpose: str = "narrative") -> str:
        public = self.private.public_key()
        return seal(Context(key, purpose), self.version, {self.id: public}, json.dumps(words).encode())


def receipt() -> dict[str, str]:
    """Return what a browser derives from a fresh receipt."""
    public = point(ec.generate_private_key(CURVE).public_key())
    return {"lookup": b64(os.urandom(32)), "proof": b64(os.urandom(32)), "public": b64(public)}


@dataclass
class Phone:
    """Sends silent reports to the application, without a socket."""

    client: FlaskClient
    seals: Seals

    def send(
        self, *, key: str | None = None, block: object = BLOCK, words: object = None, **more: object
    ) -> TestResponse:
        """Send one; return the answer. `words` are sealed as the narrative."""
        key = key or new_id()
        body: dict[str, object] = {
            "kind": "violence_home",
            "block": block,
            "receipt": receipt(),
            "locale": "id",
        } | more
        if words is not None:
            body["sealed"] = self.seals.sealed(key, words)
        body = {name: value for name, value in body.items() if value is not None}
        return self.post(json.dumps(body), key)

    def post(self, body: str | bytes, key: str) -> TestResponse:
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self.client.post("/api/v1/reports", data=body, headers=headers)


@pytest.fixture
def seals(office: Ppa) -> Seals:
    """Sealing for one counsellor of a published roster."""
    key = office.hire("pendamping-uji")
    return Seals(office, key, office.publish().version)


@pytest.fixture
def quiet(client: FlaskClient, seals: Seals) -> Phone:
    """A phone that asks for help in silence."""
    return Phone(client, seals)

"""What a browser seals opens offline, and the other way round: RFC 9180's own vector and random messages."""

import base64
import functools
import http.server
import json
import os
import random
import threading

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.hpke_envelope import HPKE, Context, seal, unseal
from config import ROOT

SCRIPTS = ROOT / "pwa" / "js" / "silent" / "crypto"
MESSAGES, LONG = 100, 1000
KEY_ID = "00000000000000aa"
# RFC 9180, appendix A.3.1 (DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode), sequence number 0
VECTOR = {
    "ikm_e": "4270e54ffd08d79d5928020af4686d8f6b7d35dbe470265f1f5aa22816ce860e",
    "enc": "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be86"
    "3c403ce65c9bfcb9382657222d18c4",
    "ikm_r": "668b37171f1072f3cf12ea8a236a45df23fc13b82af3609ad1e354f6ef817550",
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "aad": "436f756e742d30",
    "plain": "4265617574792069732074727574682c20747275746820626561757479",
    "cipher": "5ad590bb8baa577f8619db35a36311226a896e7342a6d836d8b7bcd2f20b6c7f9076ac232e3ab2523f39513434",
}
LOAD = """(async () => {
  for (const name of ['hpke', 'seal', 'bytes']) window[name] = await import(`/${name}.js`);
  window.unhex = (s) => Uint8Array.from(s.match(/../g) ?? [], (p) => parseInt(p, 16));
  window.hex = (b) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
  return true;
})()"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def origin():
    """The scripts alone, on loopback: a secure context without the rest of the system."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(SCRIPTS))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hpke.js"
    server.shutdown()


@pytest.fixture(params=["chromium", pytest.param("firefox", marks=pytest.mark.long)])
def resolve(request, origin):
    """Return `resolve(expression)`: a promise of the page, awaited."""
    if request.param == "chromium":
        page = request.getfixturevalue("page")
        page.goto(origin)
        run = page.evaluate
    else:
        fox = request.getfixturevalue("firefox")
        fox.open(origin)
        run = fox.resolve
    assert run(LOAD) is True
    return run


@pytest.fixture
def key():
    """A key pair of ours: (private key, its scalar in hex, its public point in hex)."""
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return private, private.private_numbers().private_value.to_bytes(32, "big").hex(), point.hex()


def test_the_vectors_of_rfc_9180_come_out(resolve):
    found = resolve(
        f"""(async () => {{
          const v = {json.dumps(VECTOR)};
          const ephemeral = await hpke.deriveKeyPair(unhex(v.ikm_e));
          const by = await hpke.deriveKeyPair(unhex(v.ikm_r));
          const bound = {{info: unhex(v.info), aad: unhex(v.aad), aead: hpke.AES_128_GCM}};
          const sealed = await hpke.seal({{...bound, to: by.publicKey, plain: unhex(v.plain), ephemeral}});
          return [hex(sealed), hex(await hpke.open({{...bound, by, sealed}}))];
        }})()"""
    )
    assert found == [VECTOR["enc"] + VECTOR["cipher"], VECTOR["plain"]]


def test_random_messages_cross_in_both_directions(resolve, key, long):
    """A hundred; a thousand with `long`."""
    many = LONG if long else MESSAGES
    private, scalar, point = key
    dice = random.Random(9180)
    messages = [dice.randbytes(dice.randrange(1, 200)) for _ in range(many)]
    infos = [dice.randbytes(dice.randrange(1, 60)) for _ in range(many)]
    sent = [
        [info.hex(), message.hex(), HPKE.encrypt(message, private.public_key(), info).hex()]
        for message, info in zip(messages, infos, strict=True)
    ]
    answers = []
    for start in range(0, many, 100):
        answers += resolve(
            f"""(async () => {{
              const by = await hpke.keyPairOf(unhex('{scalar}'));
              const out = [];
              for (const [info, plain, sealed] of {json.dumps(sent[start : start + 100])})
                out.push([hex(await hpke.open({{by, info: unhex(info), sealed: unhex(sealed)}})),
                  hex(await hpke.seal({{to: unhex('{point}'), info: unhex(info), plain: unhex(plain)}}))]);
              return out;
            }})()"""
        )
    assert [bytes.fromhex(opened) for opened, _ in answers] == messages
    sealed = [bytes.fromhex(sealed) for _, sealed in answers]
    assert [HPKE.decrypt(s, private, i) for s, i in zip(sealed, infos, strict=True)] == messages


def test_an_envelope_opens_on_the_other_side(resolve, key):
    private, scalar, point = key
    context = Context("4b7f3c1e-5a55-4f4e-9d3b-0d5f7f6a1c11", "narrative")
    words = os.urandom(3000)
    ours = seal(context, 9, {KEY_ID: private.public_key()}, words)
    theirs, opened = resolve(
        f"""(async () => {{
          const context = {{report: '{context.report}', purpose: 'narrative'}};
          const recipients = [{{id: '{KEY_ID}', publicKey: unhex('{point}')}}];
          const pair = await hpke.keyPairOf(unhex('{scalar}'));
          return [await seal.seal(context, {{version: 9, recipients}}, unhex('{words.hex()}')),
            bytes.toBase64url(await seal.open(context, {{keyId: '{KEY_ID}', pair}}, '{ours}'))];
        }})()"""
    )
    assert unseal(context, read_envelope(theirs), KEY_ID, private) == words
    assert base64.urlsafe_b64decode(opened + "=" * (-len(opened) % 4)) == words

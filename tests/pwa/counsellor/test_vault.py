"""The counsellor's key in a worker of real browsers: made, opened, locked, used, wrapped for a colleague."""

import base64
import hashlib
import json
import os
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.silent.crypto.envelope import read_envelope
from app.silent.crypto.hpke_envelope import Context, seal, unseal
from app.silent.crypto.signed_roster import RosterKey, key_id, point, sign_roster

pytestmark = pytest.mark.engine("sqlite")
CASE = "4b7f3c1e-5a55-4f4e-9d3b-0d5f7f6a1c11"
WORDS = "sungai mahakam tenang malam ini"
LOAD = """(async () => {
  const {Vault} = await import('/counsellor/vault/client.js');
  window.heard = [];
  window.vault = new Vault({locked: () => heard.push('locked'), used: (ms) => heard.push(ms)});
  window.refused = (promise) => promise.then(() => null, (fault) => fault.message);
  return true;
})()"""


@pytest.fixture(params=["chromium", pytest.param("firefox", marks=pytest.mark.long)])
def resolve(request, script_origin):
    """Return `resolve(expression)`: a promise of the page, awaited."""
    if request.param == "chromium":
        page = request.getfixturevalue("page")
        page.goto(f"{script_origin}/counsellor/vault/client.js")
        run = page.evaluate
    else:
        fox = request.getfixturevalue("firefox")
        fox.open(f"{script_origin}/counsellor/vault/client.js")
        run = fox.resolve
    assert run(LOAD) is True
    return run


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_key(public: bytes):
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)


def parts_of(text: str, reader: str) -> dict:
    found = read_envelope(text)
    return {
        "header": b64(found.header),
        "roster_version": found.roster_version,
        "iv": b64(found.iv),
        "body": b64(found.body),
        "wrap": b64(found.wraps[reader]),
    }


@pytest.fixture
def root():
    return ec.generate_private_key(ec.SECP256R1())


def trust(root, *publics: bytes) -> dict:
    until = datetime.now(UTC) + timedelta(days=30)
    signed = sign_roster(root, 3, until, [RosterKey(public, "counsellor", until) for public in publics])
    return {"signed": signed, "root": b64(point(root.public_key())), "lastSeen": 3}


def test_a_key_is_made_opened_and_locked(resolve):
    made = resolve(f"vault.ask('make', {{passphrase: '{WORDS}'}})")
    public = unb64(made["public"])
    assert made["id"] == key_id(public)
    assert made["wrapped"]["kdf"] == "PBKDF2-SHA-256"
    assert made["wrapped"]["rounds"] >= 600_000
    assert len(unb64(made["wrapped"]["ciphertext"])) == 32 + 16
    stored = json.dumps(made)
    assert (
        resolve(f"refused(vault.ask('open', {{stored: {stored}, passphrase: 'bukan ini'}}))") == "unreadable"
    )
    weak = json.dumps(made | {"wrapped": made["wrapped"] | {"rounds": 1000}})
    assert resolve(f"refused(vault.ask('open', {{stored: {weak}, passphrase: '{WORDS}'}}))") == "weak"
    context = json.dumps({"report": CASE, "purpose": "narrative"})
    words = os.urandom(20).hex()
    parts = json.dumps(
        parts_of(
            seal(Context(CASE, "narrative"), 3, {made["id"]: public_key(public)}, words.encode()), made["id"]
        )
    )
    ask = f"vault.ask('unseal', {{context: {context}, parts: {parts}}})"
    assert resolve(f"refused({ask})") == "locked"
    resolve(f"vault.ask('open', {{stored: {stored}, passphrase: '  {WORDS} '}})")
    assert resolve(ask) == words
    resolve("vault.ask('lock')")
    assert resolve(f"refused({ask})") == "locked"
    assert resolve("Promise.resolve(heard)") == [600_000, 600_000, "locked"]


def test_it_locks_by_itself_and_never_later_than_ten_minutes(resolve):
    resolve(f"vault.ask('make', {{passphrase: '{WORDS}'}}).then((made) => {{ window.stored = made; }})")
    resolve(f"vault.ask('open', {{stored, passphrase: '{WORDS}', idleMs: 9e9}})")
    assert resolve("Promise.resolve(heard.at(-1))") == 600_000
    resolve(f"vault.ask('open', {{stored, passphrase: '{WORDS}', idleMs: 200}})")
    resolve(
        """new Promise((done) => {
          const look = setInterval(() => {
            if (heard.at(-1) === 'locked') { clearInterval(look); done(1); }
          }, 20);
        })"""
    )
    fault = resolve("refused(vault.ask('answer', {context: {}, trust: {}, receipt: null, words: ''}))")
    assert fault == "locked"


def test_another_passphrase_for_the_same_key(resolve):
    found = resolve(
        f"""(async () => {{
          const stored = await vault.ask('make', {{passphrase: '{WORDS}'}});
          const wrapped = await vault.ask('change', {{stored, old: '{WORDS}', fresh: 'perahu kedua berangkat subuh'}});
          const changed = {{...stored, wrapped}};
          const {{id}} = await vault.ask('open', {{stored: changed, passphrase: 'perahu kedua berangkat subuh'}});
          return [id === stored.id, await refused(vault.ask('open', {{stored: changed, passphrase: '{WORDS}'}}))];
        }})()"""
    )
    assert found == [True, "unreadable"]


def test_an_answer_reaches_the_roster_and_the_receipt_that_the_story_names(resolve, root):
    """Who changes the receipt on the server reads nothing: it is not the one that she sealed with her story."""
    colleague, receipt, thief = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    believed = trust(root, point(colleague.public_key()))
    context = Context(CASE, "chat|0190a1b2-0000-7000-8000-000000000001")
    made = resolve(f"vault.ask('make', {{passphrase: '{WORDS}'}})")
    resolve(f"vault.ask('open', {{stored: {json.dumps(made)}, passphrase: '{WORDS}'}})")

    def answer(to, **more):
        requests = {
            "context": {"report": CASE, "purpose": context.purpose},
            "trust": believed,
            "receipt": b64(point(to.public_key())),
            "words": "Kami di sini.",
        }
        return f"vault.ask('answer', {json.dumps(requests | more)})"

    assert resolve(f"vault.ask('compared', {{report: '{CASE}'}})") is False
    assert resolve(f"refused({answer(receipt)})") == "unchecked", "said before anything is sealed"
    story = json.dumps({"words": "", "receipt": b64(point(receipt.public_key()))}).encode()
    mine = {made["id"]: public_key(unb64(made["public"]))}
    parts = parts_of(seal(Context(CASE, "narrative"), 3, mine, story), made["id"])
    requests = json.dumps({"context": {"report": CASE, "purpose": "narrative"}, "parts": parts})
    resolve(f"vault.ask('unseal', {requests})")
    assert resolve(f"vault.ask('compared', {{report: '{CASE}'}})") is True
    for more in ({}, {"unchecked": True}):
        assert resolve(f"refused({answer(thief, **more)})") == "receipt"
    read = read_envelope(resolve(answer(receipt)))
    for private in (colleague, receipt):
        name = key_id(point(private.public_key()))
        assert unseal(context, read, name, private) == b"Kami di sini."
    forged = believed | {"root": b64(point(receipt.public_key()))}
    assert resolve(f"refused({answer(receipt, trust=forged)})") == "unsigned"
    other = {"report": CASE.upper(), "purpose": context.purpose}
    sealed = read_envelope(resolve(answer(thief, context=other, unchecked=True)))
    assert key_id(point(thief.public_key())) in sealed.wraps, "an older story, and she was told"


def test_a_wrap_for_a_colleague(resolve, root):
    """Her key opens the case; the colleague's does after it was wrapped for it, the stranger's is refused."""
    colleague, stranger = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    made = resolve(f"vault.ask('make', {{passphrase: '{WORDS}'}})")
    context = Context(CASE, "narrative")
    text = seal(context, 2, {made["id"]: public_key(unb64(made["public"]))}, b"Semuanya")
    parts = parts_of(text, made["id"])
    items = [{"context": {"report": CASE, "purpose": "narrative"}, "parts": parts | {"body": ""}}]
    resolve(f"vault.ask('open', {{stored: {json.dumps(made)}, passphrase: '{WORDS}'}})")

    def wrapped_for(private) -> str:
        requests = {
            "trust": trust(root, point(colleague.public_key())),
            "to": key_id(point(private.public_key())),
            "items": items,
        }
        return f"vault.ask('rewrap', {json.dumps(requests)})"

    name = key_id(point(colleague.public_key()))
    (wrap,) = resolve(wrapped_for(colleague))
    envelope = read_envelope(text)
    envelope.wraps[name] = unb64(wrap)
    assert unseal(context, envelope, name, colleague) == b"Semuanya"
    assert resolve(f"refused({wrapped_for(stranger)})") == "not in the roster"


def test_a_file_comes_out_byte_for_byte_or_not_at_all(resolve):
    whole, key, nonce, file = (
        os.urandom(300_000),
        os.urandom(32),
        os.urandom(8),
        "0190a1b2-0000-7000-8000-0000000000ff",
    )
    size = 262_144
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]

    def sealed(index: int, *, final: int) -> str:
        data = f"siaga112/v1/chunk|{CASE}|{file}|{index}|{final}".encode()
        return b64(AESGCM(key).encrypt(nonce + index.to_bytes(4, "big"), pieces[index], data))

    manifest = {
        "key": b64(key),
        "nonce": b64(nonce),
        "name": "bukti.jpg",
        "type": "image/jpeg",
        "bytes": len(whole),
        "chunks": 2,
        "sha256": hashlib.sha256(whole).hexdigest(),
    }
    made = resolve(f"vault.ask('make', {{passphrase: '{WORDS}'}})")
    resolve(f"vault.ask('open', {{stored: {json.dumps(made)}, passphrase: '{WORDS}'}})")
    to = {made["id"]: public_key(unb64(made["public"]))}

    def opened(manifest: dict, chunks: list[str]) -> str:
        text = seal(Context(CASE, f"manifest|{file}"), 3, to, json.dumps(manifest).encode())
        requests = {
            "file": file,
            "context": {"report": CASE, "purpose": f"manifest|{file}"},
            "parts": parts_of(text, made["id"]),
        }
        return resolve(
            f"""(async () => {{
              const opened = await vault.ask('manifest', {json.dumps(requests)});
              if ('key' in opened) return 'the page holds a key';
              const {{fromBase64url}} = await import('/silent/crypto/bytes.js');
              const chunks = {json.dumps(chunks)}.map((one) => fromBase64url(one).buffer);
              try {{
                const plain = await vault.ask('file', {{report: '{CASE}', file: '{file}', chunks}}, chunks);
                const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', plain));
                return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
              }} catch (fault) {{ return fault.message; }}
            }})()"""
        )

    good = [sealed(0, final=0), sealed(1, final=1)]
    assert opened(manifest, good) == hashlib.sha256(whole).hexdigest()
    assert opened(manifest, good[:1]) == "incomplete"
    assert opened(manifest | {"chunks": 1}, [good[0]]) == "unreadable", "a file cut at a chunk's end"
    assert opened(manifest, good[::-1]) == "unreadable"
    assert opened(manifest | {"sha256": bytes(32).hex()}, good) == "changed"

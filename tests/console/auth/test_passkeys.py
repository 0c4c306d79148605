"""Passkeys: whatever a browser, or somebody who pretends to be one, sends."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select, update

from app.accounts.models import Passkey, StaffSession
from app.core.clock import now
from app.core.ids import new_id

NASTY = [
    None,
    [],
    "x",
    {},
    {"id": None},
    {"id": "é", "rawId": "é", "type": "public-key", "response": {}},
    {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}},
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {"clientDataJSON": "bm90", "attestationObject": "oA"},
    },
    {
        "id": "AA",
        "rawId": "AA",
        "type": "public-key",
        "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
    },
    {"id": "A" * 60_000},
    {"id": {"$ne": 1}, "response": [[[[[[]]]]]]},
    {"id": "\ud800"},
    {"id": "\0"},
]


@pytest.fixture
def keyed(inside, database):
    """Somebody inside who owns a passkey."""
    first = inside("operator")
    with database.write() as session:
        session.add(
            Passkey(
                id=new_id(),
                staff_id=first.staff_id,
                credential_id=b"\x00",
                public_key=b"no key",
                sign_count=0,
                label="firefox-linux",
                created_at=now(),
            )
        )
    return first


@pytest.mark.parametrize("answer", NASTY, ids=range(len(NASTY)))
def test_an_answer_that_is_none_is_refused_and_takes_the_challenge_with_it(keyed, database, answer):
    for path, refused in (("/new", {409, 422}), ("", {403, 422})):
        assert keyed.post(f"/console/api/passkey{path}/options", json={}).status_code == 200
        assert keyed.post(f"/console/api/passkey{path}", json=answer).status_code in refused
    with database.read() as session:
        assert len(session.scalars(select(Passkey)).all()) == 1


@settings(max_examples=60)
@given(
    client=some.binary(max_size=200),
    data=some.binary(max_size=300),
    signature=some.binary(max_size=100),
)
@pytest.mark.engine("sqlite")
def test_no_bytes_break_the_check(keyed, client, data, signature):
    def text(raw):
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    keyed.post("/console/api/passkey/options", json={})
    response = {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature)}
    answer = {"id": "AA", "rawId": "AA", "type": "public-key", "response": response}
    assert keyed.post("/console/api/passkey", json=answer).status_code == 403
    keyed.post("/console/api/passkey/new/options", json={})
    response = {"clientDataJSON": text(client), "attestationObject": text(data)}
    answer = {"id": "AA", "rawId": "AA", "type": "public-key", "response": response}
    assert keyed.post("/console/api/passkey/new", json=answer).status_code == 422


def test_without_a_challenge_nothing_is_taken(keyed):
    assert keyed.post("/console/api/passkey", json={"id": "AA"}).status_code == 403
    assert keyed.post("/console/api/passkey/new", json={"id": "AA"}).status_code == 403


def test_the_challenge_is_new_each_time_and_stands_in_this_session_alone(keyed, inside, database):
    first = keyed.post("/console/api/passkey/options", json={}).json["challenge"]
    second = keyed.post("/console/api/passkey/options", json={}).json["challenge"]
    assert first != second
    with database.read() as session:
        waiting = session.scalars(
            select(StaffSession.challenge).where(StaffSession.challenge.is_not(None))
        ).all()
    assert waiting == [second]


def test_half_a_session_may_use_a_passkey_and_not_add_one(keyed, browser, database):
    from app.accounts.models import Staff

    with database.read() as session:
        name = session.get_one(Staff, keyed.staff_id).name
    half = browser()
    half.sign_in(name)
    assert half.get("/console/langkah-dua").status_code == 200
    assert half.post("/console/api/passkey/new/options", json={}).status_code == 403
    assert half.post("/console/api/passkey/options", json={}).status_code == 200
    assert half.get("/console/akun").status_code == 303


def test_ten_passkeys_are_enough(keyed, database):
    with database.write() as session:
        for number in range(1, 10):
            session.add(
                Passkey(
                    id=new_id(),
                    staff_id=keyed.staff_id,
                    credential_id=bytes([number]),
                    public_key=b"no key",
                    sign_count=0,
                    label="chrome-android",
                    created_at=now(),
                )
            )
    assert keyed.post("/console/api/passkey/new/options", json={}).status_code == 409


def test_a_passkey_goes_with_the_password_and_never_as_the_last_second_step(keyed, inside, database):
    from app.accounts.models import Staff
    from tests.support.staff import PASSWORD

    other = inside("operator")
    with database.read() as session:
        [passkey] = session.scalars(select(Passkey.id)).all()
    path = f"/console/akun/kunci/{passkey}/hapus"
    assert keyed.post(path, {"password": "wrong"}).status_code == 422
    assert other.post(path, {"password": PASSWORD}).status_code == 404
    assert keyed.post(path, {"password": PASSWORD}).status_code == 409
    with database.write() as session:
        session.execute(update(Staff).where(Staff.id == keyed.staff_id).values(totp_confirmed_at=now()))
    assert keyed.post(path, {"password": PASSWORD}).status_code == 303
    for wrong in ("x", "%00", new_id()):
        assert keyed.post(f"/console/akun/kunci/{wrong}/hapus", {"password": PASSWORD}).status_code == 404

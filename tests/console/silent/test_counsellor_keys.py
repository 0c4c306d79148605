"""A counsellor's key: kept wrapped, hers alone, and a thing apart from her password."""

import base64

import pytest
from sqlalchemy import select

from app.accounts import sessions, staff
from app.accounts.known_browsers import ClientFingerprint
from app.silent.crypto.rewrap import destroy_keys
from app.silent.crypto.signed_roster import b64, key_id, point
from app.silent.sealed_models import CounsellorKey, SealedWrap
from tests.support.counsellors import WRAPPED

KEYS = "/console/pendamping/kunci"


@pytest.fixture
def fresh():
    """A public key as her browser sends it."""
    from app.silent.crypto.key_files import new_key

    return point(new_key().public_key())


def test_a_key_made_in_her_browser_is_kept_and_given_back(inside, counsel, fresh):
    wati = inside("agency", "uptdppa", name="wati")
    counsel.clear(wati.staff_id)
    received = wati.get(KEYS).json
    assert received == {"keys": [], "roster": None, "root": None, "colleagues": []}
    answer = wati.post(KEYS, json={"public": b64(fresh), "wrapped": WRAPPED})
    assert (answer.status_code, answer.json) == (201, {"id": key_id(fresh)})
    (row,) = wati.get(KEYS).json["keys"]
    assert row == {"id": key_id(fresh), "public": b64(fresh), "wrapped": WRAPPED, "in_roster": False}
    assert wati.post(KEYS, json={"public": b64(fresh), "wrapped": WRAPPED}).status_code == 409
    counsel.ppa.publish()
    received = wati.get(KEYS).json
    assert received["keys"][0]["in_roster"]
    assert received["root"] == b64(point(counsel.ppa.root.public_key()))
    assert set(received["roster"]) == {"payload", "signature"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"rounds": 599_999},
        {"rounds": "600000"},
        {"kdf": "none"},
        {"ciphertext": "A" * 63},
        {"ciphertext": "A" * 128},
        {"salt": "<script>" + "A" * 20},
        {"private": "AAAA"},
    ],
)
def test_a_key_that_is_badly_wrapped_is_refused(inside, counsel, fresh, wrong):
    wati = inside("agency", "uptdppa")
    counsel.clear(wati.staff_id)
    answer = wati.post(
        KEYS, json={"public": b64(fresh), "wrapped": WRAPPED | wrong}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422
    assert "script" not in answer.text


@pytest.mark.parametrize("public", ["", "AAAA", b64(bytes(65)), b64(b"\x04" + bytes(64)), 7, None, "%%%"])
def test_what_is_no_point_of_the_curve_is_refused(inside, counsel, public):
    wati = inside("agency", "uptdppa")
    counsel.clear(wati.staff_id)
    answer = wati.post(
        KEYS, json={"public": public, "wrapped": WRAPPED}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422


def test_another_passphrase_is_for_her_own_key_alone(in_room):
    wati, sari = in_room(), in_room("sari")
    other = WRAPPED | {"salt": "B" * 22}
    assert wati.post(f"{KEYS}/{sari.key}", json={"wrapped": other}).status_code == 404
    assert wati.post(f"{KEYS}/{wati.key}", json={"wrapped": other}).status_code == 200
    assert wati.get(KEYS).json["keys"][0]["wrapped"] == other
    assert sari.get(KEYS).json["keys"][0]["wrapped"] == WRAPPED


def test_resetting_a_password_resets_no_key(in_room, inside, counsel, database):
    """A new password lets nobody read: the key is under her passphrase, and the wraps are as they were."""
    wati = in_room()
    case_id = counsel.case()

    def stored():
        with database.read() as session:
            keys = [
                (row.key_id, row.wrapped, row.revoked_at) for row in session.scalars(select(CounsellorKey))
            ]
            return keys, sorted((row.sealed_id, row.key_id) for row in session.scalars(select(SealedWrap)))

    before = stored()
    with database.write() as session:
        staff.set_password(session, "wati", "perahu lain yang panjang sekali")
        staff.reset_totp(session, "wati")
    assert stored() == before
    assert wati.get("/console/pendamping").status_code == 303, "her sessions ended"
    assert case_id in {row.case_id for row in counsel.items(case_id)}


def test_a_revoked_key_opens_nothing_more(in_room, counsel, database):
    from app.core.clock import now

    wati = in_room()
    case_id = counsel.case()
    here = f"/console/pendamping/kasus/{case_id}"
    wati.get(here)
    wati.post(f"{here}/ambil")
    (item,) = (row.id for row in counsel.items(case_id))
    with database.write() as session:
        session.get_one(CounsellorKey, wati.key).revoked_at = now()
    assert wati.get(KEYS).json["keys"] == []
    assert wati.post(f"{here}/buka", json={"key": wati.key, "items": [item]}).status_code == 404
    assert "unsealed" not in counsel.links(case_id)


def test_who_left_reads_nothing_even_when_let_in_again(in_room, counsel, database):
    """S13, the room's side: session dead at the next request.

    Back in by mistake, there is no key, case or wrap of hers.
    """
    wati, sari = in_room(), in_room("sari")
    case_id = counsel.case()
    here = f"/console/pendamping/kasus/{case_id}"
    for entry in (wati, sari):
        entry.get(here)
        entry.post(f"{here}/ambil")
    (item,) = (row.id for row in counsel.items(case_id))
    with database.write() as session:
        destroy_keys(session, wati.staff_id)
        staff.disable(session, "wati")
    assert wati.get(here).status_code == 303
    with database.write() as session:
        staff.enable(session, "wati")
        fingerprint = ClientFingerprint(address_hash="", browser="firefox-linux")
        token = sessions.start(session, wati.staff_id, fingerprint=fingerprint, second_factor=True)
    wati.client.set_cookie("siaga", token)
    assert wati.get(KEYS).json["keys"] == []
    assert wati.get(f"{here}/isi").status_code == 404
    wati.get(here)
    wati.post(f"{here}/ambil")
    assert wati.post(f"{here}/buka", json={"key": wati.key, "items": [item]}).status_code == 404
    (received,) = sari.get(f"{here}/isi").json["items"]
    assert wati.key not in received["keys"]
    assert sari.key in received["keys"]


def test_the_worker_may_load_our_scripts_and_reach_nothing(client):
    page = client.get("/console/assets/x/js/counsellor/vault/worker.js")
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "connect-src" not in policy
    assert policy.startswith("default-src 'none'")
    assert base64.b64encode(page.data)

"""Only a roster that UPTD PPA signed, and the newest one, says who may read."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.core.errors import Invalid
from app.silent.crypto.signed_roster import RosterKey, point, read_roster, sign_roster

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LATER = NOW + timedelta(days=90)
ROOT = ec.generate_private_key(ec.SECP256R1())
ROOT_POINT = point(ROOT.public_key())


def member(role="counsellor", not_after=LATER):
    return RosterKey(point(ec.generate_private_key(ec.SECP256R1()).public_key()), role, not_after)


MEMBERS = [member(), member(), member("recovery")]
SIGNED = sign_roster(ROOT, 4, LATER, MEMBERS)


def rewritten(change):
    payload = json.loads(base64.urlsafe_b64decode(SIGNED["payload"] + "=="))
    change(payload)
    content = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return SIGNED | {"payload": content}


def test_a_signed_roster_names_its_readers():
    roster = read_roster(SIGNED, ROOT_POINT, last_seen=4, moment=NOW)
    assert [m.id for m in roster.valid(NOW)] == [m.id for m in MEMBERS]


@pytest.mark.parametrize(
    "hostile",
    [
        rewritten(lambda roster: roster.update(version=5)),
        rewritten(lambda roster: roster["keys"].pop()),
        sign_roster(ec.generate_private_key(ec.SECP256R1()), 4, LATER, MEMBERS),
        sign_roster(ROOT, 3, LATER, MEMBERS),
        sign_roster(ROOT, 4, NOW, MEMBERS),
        sign_roster(ROOT, 4, LATER, [member(not_after=NOW)]),
        sign_roster(ROOT, 4, LATER, [member("mayor")]),
        sign_roster(ROOT, 4, LATER, [MEMBERS[0], MEMBERS[0]]),
        sign_roster(ROOT, 4, LATER, []),
        SIGNED | {"signature": ""},
        {},
        None,
        "roster",
        {"payload": 3, "signature": []},
    ],
)
def test_any_other_roster_is_refused_alike(hostile):
    with pytest.raises(Invalid) as refused:
        read_roster(hostile, ROOT_POINT, last_seen=4, moment=NOW)
    assert refused.value.faults == [("/roster", "refused")]


def test_a_key_that_has_ended_is_not_sealed_to():
    ended = member(not_after=NOW + timedelta(days=1))
    roster = read_roster(sign_roster(ROOT, 4, LATER, [*MEMBERS, ended]), ROOT_POINT, last_seen=0, moment=NOW)
    assert ended.id in {m.id for m in roster.valid(NOW)}
    assert ended.id not in {m.id for m in roster.valid(NOW + timedelta(days=2))}

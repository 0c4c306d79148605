"""What is kept of a silent case.

Its place leaves the block within 72 hours of closing, the help that was asked stays.
"""

import json
from datetime import timedelta

import pytest

from app.silent.case_log import first_broken_entry, log_of_case
from app.silent.crypto.envelope import Envelope
from app.silent.crypto.hpke_envelope import Context, unseal
from app.silent.encrypted_fields import load_master_key, summary_of, words_of
from app.silent.erasure import erase
from app.silent.models import SilentCase
from app.silent.retention import seal_locations
from app.silent.sealed_models import SealedItem, SealedWrap

pytestmark = pytest.mark.both_engines


def close(database, case_id, at):
    with database.write() as session:
        case = session.get_one(SilentCase, case_id)
        case.state, case.closed_at = "closed", at


def case_of(database, case_id):
    with database.read() as session:
        return session.get_one(SilentCase, case_id)


def test_the_place_is_gone_72_hours_after_closing_and_only_her_counsellor_still_opens_it(
    quiet, database, secrets, clock
):
    case_id = quiet.send(location={"landmark": "Gang Mawar 3"}).json["id"]
    clock.forward(hours=2)
    close(database, case_id, clock.at)
    clock.forward(hours=70)
    assert seal_locations(database, secrets) == 0
    clock.forward(hours=1, minutes=55)
    assert seal_locations(database, secrets) == 1
    case = case_of(database, case_id)
    assert case.location_erased_at <= case.closed_at + timedelta(hours=72)
    block, words = summary_of(load_master_key(secrets), case), words_of(load_master_key(secrets), case)
    assert (block.position, block.kelurahan, block.weapon, "landmark" in words) == (None, None, "yes", False)
    assert block.contact.channel == "call", "her wish how to be reached stays"
    with database.read() as session:
        item = session.query(SealedItem).one()
        wrap = session.get_one(SealedWrap, (item.id, quiet.seals.id)).wrap
        assert [link.name for link in log_of_case(session, case_id)][-1] == "location_erased"
        assert first_broken_entry(session) is None
    envelope = Envelope(item.header, item.roster_version, {quiet.seals.id: wrap}, item.iv, item.body)
    key = quiet.seals.ppa.private[quiet.seals.id]
    place = json.loads(unseal(Context(case.key, "location"), envelope, quiet.seals.id, key))
    assert (place["position"]["lat"], place["landmark"]) == (0.1331, "Gang Mawar 3")
    assert seal_locations(database, secrets) == 0


def test_without_a_roster_the_place_is_erased_all_the_same(client, database, secrets, clock):
    body = {"kind": "violence_home", "location": {"lat": 0.1331, "lon": 117.4902}}
    case_id = client.post("/api/v1/reports", json=body).json["id"]
    close(database, case_id, clock.at)
    clock.forward(hours=72)
    seal_locations(database, secrets)
    assert summary_of(load_master_key(secrets), case_of(database, case_id)).position is None
    with database.read() as session:
        assert session.query(SealedItem).count() == 0
        assert log_of_case(session, case_id)[-1].data == '{"sealed":false}'


def test_an_open_case_keeps_its_place(quiet, database, secrets, clock):
    case_id = quiet.send().json["id"]
    clock.forward(days=30)
    assert seal_locations(database, secrets) == 0
    assert summary_of(load_master_key(secrets), case_of(database, case_id)).position is not None


def test_a_block_that_nobody_can_open_holds_up_no_other_case(quiet, database, secrets, clock):
    spoilt, sound = quiet.send().json["id"], quiet.send().json["id"]
    with database.write() as session:
        session.get_one(SilentCase, spoilt).block_content = b"damaged"
    for case_id in (spoilt, sound):
        close(database, case_id, clock.at)
    clock.forward(hours=72)
    assert seal_locations(database, secrets) == 2
    for case_id in (spoilt, sound):
        assert summary_of(load_master_key(secrets), case_of(database, case_id)).position is None


def test_a_landmark_of_any_length_keeps_no_place_from_being_erased(quiet, database, secrets, clock):
    case_ids = [quiet.send(location={"landmark": "x" * 20_000}).json["id"], quiet.send().json["id"]]
    for case_id in case_ids:
        close(database, case_id, clock.at)
    clock.forward(hours=72)
    assert seal_locations(database, secrets) == 2
    assert all(case_of(database, case_id).location_erased_at for case_id in case_ids)


def test_what_she_had_erased_is_not_sealed_again_after_closing(quiet, database, secrets, clock):
    case_id = quiet.send(location={"landmark": "Gang Mawar 3"}).json["id"]
    with database.write() as session:
        erase(session, session.get_one(SilentCase, case_id), clock.at)
    close(database, case_id, clock.at)
    clock.forward(hours=72)
    assert seal_locations(database, secrets) == 1
    with database.read() as session:
        assert session.query(SealedWrap).count() == 0
        assert session.get_one(SilentCase, case_id).block_wrapped is None

"""The key service is slow: who asks it waits alone, and SQLite's only writer is free meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text

from app.core.clock import now
from app.silent.crypto import master_key_service, rotate_master_key
from app.silent.crypto.master_key import FileKey
from app.silent.models import SilentCase
from app.silent.retention import seal_locations
from tests.support.phone import wait_for

pytestmark = pytest.mark.engine("sqlite")
CONTACT = {"channel": "sms", "from_hour": 8, "until_hour": 10, "code_word": False}


@pytest.fixture
def settings(settings, service):
    """Of an installation whose outer key the service holds."""
    service.serve_files(service.hold(service.first))
    return replace(settings, outer_key_command=service.command)


@pytest.fixture
def while_it_waits(app, database, service, monkeypatch):
    """Return `run(act)`: what is stored opens with another key than this process knows, so `act` asks the service.

    While it waits for the service somebody else writes; then the service answers, and what `act` returns is returned.
    """
    monkeypatch.setattr(master_key_service, "PAUSE_S", 0.0)
    monkeypatch.setattr(master_key_service, "PATIENCE_S", 60.0)

    def run(act):
        second = AESGCM.generate_key(256)
        known = FileKey(second, service.first, secret=app.secrets.app)
        assert rotate_master_key.rewrap_data_keys(database, known, FileKey(second)).rewrapped
        service.serve_files(service.hold(second))
        service.answering.clear()
        requests = service.requests
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(act)
            try:
                wait_for(lambda: service.requests > requests or done.done())
                with database.write() as session:  # gives up after ten seconds
                    session.execute(text("UPDATE staff SET locale = locale"))
                assert not done.done()
            finally:
                service.answering.set()
            return done.result()

    return run


@pytest.mark.parametrize("door", ["room", "counsel", "words", "gate", "glass"])
def test_a_look_waits_for_it_alone_and_is_one_link(inside, on_case, counsel, while_it_waits, door):
    wati, case_id, here = on_case(words={"words": "Tolong", "phone": "+6281100000"})
    if door == "room":
        operator = inside("operator", cleared=True)
        answers = lambda: operator.get(f"/console/kasus/{case_id}")
    elif door == "glass":
        boss = inside("supervisor", name="bos")
        called = counsel.called(case_id)
        form = {"number": called["number"], "day": called["day"], "reason": "life_at_risk"}
        boss.post("/console/darurat", form)
        (requests,) = counsel.links(case_id, "glass_asked")
        wati.post(f"/console/darurat/{requests['glass']}/setuju")
        answers = lambda: boss.get(f"/console/darurat/{requests['glass']}")
    else:
        answers = {
            "counsel": lambda: wati.get(here),
            "words": lambda: wati.post(f"{here}/buka", json={"items": [], "words": True}),
            "gate": lambda: wati.post(
                f"{here}/kontak", {"code_word": "yes"}, headers={"Accept": "application/json"}
            ),
        }[door]
    before = counsel.links(case_id)
    answer = while_it_waits(answers)
    assert answer.status_code == 200
    received = {"words": "Tolong", "gate": "+6281100000"}.get(door, "0.13310, 117.49020")
    assert received in answer.text
    names = {"words": "unsealed", "gate": "contact_allowed"}
    assert counsel.links(case_id)[len(before) :] == [names.get(door, "viewed")]


@pytest.mark.parametrize("door", ["", "/contact"])
def test_a_receipt_waits_for_it_alone(she, while_it_waits, door):
    more = {"contact": CONTACT} if door else {}
    answer = while_it_waits(lambda: she.ask(door, **more))
    assert answer.status_code == 200
    shown = she.ask().json["contact"]
    assert shown["channel"] == ("sms" if door else "none")


def test_the_place_is_sealed_and_not_lost_when_the_key_has_changed(app, counsel, database, while_it_waits):
    """What another key opens is not taken for damaged: the service is asked before a place is given up."""
    counsel.give_key(counsel.hire().id)
    counsel.ppa.publish()
    case_id = counsel.case()
    with database.write() as session:
        case = session.get_one(SilentCase, case_id)
        case.state, case.closed_at = "closed", now() - timedelta(hours=80)
    assert while_it_waits(lambda: seal_locations(database, app.secrets)) == 1
    assert counsel.links(case_id, "location_erased") == [{"sealed": True}]
    assert [item.purpose for item in counsel.items(case_id)] == ["narrative", "location"]

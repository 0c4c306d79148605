"""The key service is away: the case is in the room all the same, nobody is told that it was opened.

It opens later.
"""

from dataclasses import replace

import pytest

from app.core.ids import new_id
from app.silent.case_log import log_of_case
from app.silent.crypto import master_key_service
from app.silent.encrypted_fields import load_master_key, start_key_service
from app.silent.models import CaseAgency, SilentCase
from tests.support.phone import wait_for


@pytest.fixture
def settings(settings, service):
    """Of an installation whose outer key the service holds."""
    service.serve_files(service.hold(service.first))
    return replace(settings, outer_key_command=service.command)


@pytest.fixture
def away(app, service, monkeypatch):
    """The process was told once, ended, and began again while the service is away; called, the service is back."""
    wait_for(lambda: load_master_key(app.secrets).known)
    monkeypatch.setattr(master_key_service, "PAUSE_S", 0.05)
    master_key_service.open_service_key.cache_clear()
    service.away = True
    start_key_service(app.secrets)

    def back():
        service.away = False
        wait_for(lambda: load_master_key(app.secrets).known)

    return back


def names(database, case_id):
    """Return the names of a case's links, and its state."""
    with database.read() as session:
        return [link.name for link in log_of_case(session, case_id)], session.get_one(
            SilentCase, case_id
        ).state


def answered(database, case_id, agency):
    """Return how far an agency is with a case; while all are only notified, they are rung."""
    with database.read() as session:
        return session.get_one(CaseAgency, (case_id, agency)).state


def test_it_stands_in_the_queue_and_is_opened_when_the_key_is_told(inside, quiet, database, away):
    sent = quiet.send(words={"words": "Tolong"})
    assert sent.status_code == 201
    case_id = sent.json["id"]
    operator = inside("operator", cleared=True)
    assert case_id in operator.get("/console/antrean").text
    refused = operator.post(f"/console/kasus/{case_id}/open", {"version": 1})
    assert refused.status_code == 503
    assert operator.get(f"/console/kasus/{case_id}").status_code == 503
    stranger = inside("operator")
    missing = stranger.get(f"/console/kasus/{new_id()}")
    assert stranger.get(f"/console/kasus/{case_id}").status_code == missing.status_code == 404
    answer, state = names(database, case_id)
    assert state == "received", "it rings on"
    assert not {"opened", "viewed"} & set(answer)
    away()
    opened = operator.post(f"/console/kasus/{case_id}/open", {"version": 1})
    assert "0.13310, 117.49020" in operator.get(opened.location).text
    assert names(database, case_id)[1] == "opened"


@pytest.mark.parametrize("agency", ["polres", "uptdppa"])
def test_no_agency_accepts_what_it_cannot_read_and_does_when_the_key_is_told(
    inside, quiet, database, away, agency
):
    """*Terima*, and a counsellor who takes the case, would stop the bells although nobody knows where to go."""
    case_id = quiet.send().json["id"]
    person = inside("agency", agency, cleared=True)
    doors = [f"/console/kasus/{case_id}/accept"]
    if agency == "uptdppa":
        doors.append(f"/console/pendamping/kasus/{case_id}/ambil")
    assert [person.post(door).status_code for door in doors] == [503] * len(doors)
    answer, _ = names(database, case_id)
    assert not {"agency_accepted", "taken"} & set(answer)
    assert answered(database, case_id, agency) == "notified", "it rings on"
    away()
    assert [person.post(door).status_code for door in reversed(doors)][-1] in {303, 409}
    assert names(database, case_id)[0].count("agency_accepted") == 1
    assert answered(database, case_id, agency) == "accepted"

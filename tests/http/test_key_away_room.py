"""The key service is away: the case is in the room all the same, nobody is told that it was opened, and it opens later."""

from dataclasses import replace

import pytest

from app.core.ids import new_id
from app.safety import key_service
from app.safety.cases import get_ready, outer_key
from app.safety.links import links_of
from app.safety.models import SilentCase
from tests.support.phone import wait_for


@pytest.fixture
def settings(settings, service):
    """Of an installation whose outer key the service holds."""
    service.tell(service.hold(service.first))
    return replace(settings, outer_key_command=service.command)


@pytest.fixture
def away(app, service, monkeypatch):
    """The process was told once, ended, and began again while the service is away."""
    wait_for(lambda: outer_key(app.secrets).known)
    monkeypatch.setattr(key_service, "PAUSE_S", 0.05)
    key_service.asked_key.cache_clear()
    service.away = True
    get_ready(app.secrets)


def names(database, case_id):
    with database.read() as session:
        return [link.name for link in links_of(session, case_id)], session.get_one(SilentCase, case_id).state


@pytest.mark.usefixtures("away")
def test_it_stands_in_the_queue_and_is_opened_when_the_key_is_told(app, inside, quiet, database, service):
    sent = quiet.send(words={"words": "Tolong"})
    assert sent.status_code == 201
    case_id = sent.json["id"]
    operator = inside("operator", cleared=True)
    assert case_id in operator.get("/console/antrean").text
    refused = operator.post(f"/console/kasus/{case_id}/buka", {"version": 1})
    assert refused.status_code == 503
    assert operator.get(f"/console/kasus/{case_id}").status_code == 503
    stranger = inside("operator")
    missing = stranger.get(f"/console/kasus/{new_id()}")
    assert stranger.get(f"/console/kasus/{case_id}").status_code == missing.status_code == 404
    told, state = names(database, case_id)
    assert state == "received", "it rings on"
    assert not {"opened", "viewed"} & set(told)
    service.away = False
    wait_for(lambda: outer_key(app.secrets).known)
    opened = operator.post(f"/console/kasus/{case_id}/buka", {"version": 1})
    assert "0.13310, 117.49020" in operator.get(opened.location).text
    assert names(database, case_id)[1] == "opened"

"""Outside the city the neighbour's 112 takes over.

By voice or by e-mail, with a receipt, and the reporter hears the truth.
"""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.agencies.models import Agency, Contact
from app.core.ids import new_id
from app.incidents.escalation.needed_rings import ring_is_needed
from app.incidents.lifecycle.transfer import Transfer
from app.notifications.gateway.models import Ring
from app.notifications.gateway.providers import carriers
from app.notifications.gateway.sender import Ringer
from app.notifications.webpush.models import Notification
from app.public.api.report_status import progress
from tests.support.gateway_server import PostOffice, post_office  # noqa: F401

NORTH = {"lat": 0.30, "lon": 117.45, "source": "gps"}
SOUTH = {"lat": -0.05, "lon": 117.40, "source": "gps"}


def ladder_of(desk, incident_id):
    with desk.database.read() as session:
        answer = progress(session, desk.report_of(incident_id))["ladder"]
    return [(rung["name"], rung.get("agency")) for rung in answer]


def hand(first, incident_id, to="kutim112", **more):
    page = first.get(f"/console/kejadian/{incident_id}/hand_over").text
    found = re.search(r'name="version" value="(\d+)"', page)
    fields = {"to": to, "version": found[1] if found else "1"} | more
    move = "send_over" if "means" in more else "hand_over"
    return first.post(f"/console/kejadian/{incident_id}/{move}", fields)


def opened(desk, **shown):
    incident_id = desk.report("fire", **shown)
    desk.move(incident_id, "open")
    return incident_id


@pytest.mark.parametrize(("at", "words"), [(NORTH, "112 Kutai Timur"), (SOUTH, "112 Kutai Kartanegara")])
def test_the_neighbour_of_that_side_is_suggested_with_the_words_to_read(desk, inside, at, words):
    first, incident_id = inside("operator"), opened(desk, description="Asap tebal", **at)
    page = first.get(f"/console/kejadian/{incident_id}/hand_over").text
    assert words in page.split("wilayah ini")[0].rsplit("<h2", 1)[1]
    read = re.search(r'id="brief"[^>]*>([^<]+)<', page)[1]
    assert read.startswith("Dari 112 Bontang, kejadian B-0001: Kebakaran. Di luar Bontang, wilayah Kutai")
    assert "Koordinat" in read
    assert "Asap tebal" in read


def test_the_receipt_is_kept_and_the_reporter_is_told_who_has_it(desk, inside):
    first, incident_id = inside("operator"), opened(desk, **NORTH)
    assert hand(first, incident_id, taken_by="  ", reference="77").status_code == 422
    assert ladder_of(desk, incident_id)[-1][0] == "opened"
    assert hand(first, incident_id, taken_by="Petugas  Sangatta", reference="KT-77").status_code == 303
    assert ladder_of(desk, incident_id)[-1] == ("hand_over", "112 Kutai Timur")
    with desk.database.read() as session:
        row = session.scalars(select(Transfer)).one()
        assert (row.taken_by, row.reference, row.means) == ("Petugas Sangatta", "KT-77", "voice")
        assert row.taken_at is not None
    page = first.get(f"/console/kejadian/{incident_id}").text
    assert "Diterima Petugas Sangatta" in page
    assert "nomor KT-77" in page
    event = next(event for event in desk.events(incident_id) if event.name == "hand_over")
    assert "Sangatta" not in event.data


def test_by_e_mail_nobody_is_told_before_the_receipt(desk, inside, app, post_office):  # noqa: F811
    app.settings = replace(app.settings, smtp_url=post_office.url, smtp_from="siaga@example.org")
    with desk.database.write() as session:
        session.add(
            Contact(
                id=new_id(), agency="kutim112", name="Ruang kendali", email="ruang@example.org", phone=None
            )
        )
    first, incident_id = inside("operator"), opened(desk, **NORTH)
    assert hand(first, incident_id, means="email").status_code == 303
    ringer = Ringer(desk.database, carriers(app.settings), ring_is_needed)
    ringer.step()
    ringer.close()
    (letter,) = post_office.letters
    assert letter[0] == "ruang@example.org"
    with desk.database.read() as session:
        assert session.scalars(select(Ring.state)).one() == "taken"
        assert not session.scalars(select(Notification)).all()
    assert ladder_of(desk, incident_id)[-1][0] == "opened"
    assert "Menunggu bukti terima" in first.get(f"/console/kejadian/{incident_id}").text
    assert hand(first, incident_id, taken_by="Rahmat").status_code == 303
    assert ladder_of(desk, incident_id)[-1] == ("hand_over", "112 Kutai Timur")
    with desk.database.read() as session:
        assert session.scalars(select(Transfer)).one().means == "email"


@pytest.mark.engine("sqlite")
def test_without_a_mail_server_or_address_nothing_claims_to_be_sent(desk, inside):
    first, incident_id = inside("operator"), opened(desk, **NORTH)
    assert hand(first, incident_id, means="email").status_code == 422
    with desk.database.read() as session:
        assert not session.scalars(select(Transfer)).all()


@pytest.mark.engine("sqlite")
def test_only_the_room_hands_over_only_to_neighbours_and_never_what_happens_at_home(desk, inside):
    first, incident_id = inside("operator"), opened(desk, **NORTH)
    assert hand(first, incident_id, to="damkar", taken_by="X").status_code == 422
    assert inside("auditor").get(f"/console/kejadian/{incident_id}/hand_over").status_code == 403
    assert inside("agency", "damkar").get(f"/console/kejadian/{incident_id}/hand_over").status_code == 403
    desk.move(incident_id, "set_kind", kind="violence_home")
    assert first.get(f"/console/kejadian/{incident_id}/hand_over").status_code == 404
    assert hand(first, incident_id, taken_by="X").status_code == 404


@pytest.mark.engine("sqlite")
def test_two_hand_over_at_once_and_the_second_is_told(desk, inside):
    first, incident_id = inside("operator"), opened(desk, **NORTH)
    fields = {"to": "kutim112", "version": desk.incident(incident_id).version, "taken_by": "A"}
    first.get(f"/console/kejadian/{incident_id}")
    assert first.post(f"/console/kejadian/{incident_id}/hand_over", fields).status_code == 303
    assert first.post(f"/console/kejadian/{incident_id}/hand_over", fields).status_code == 409


@pytest.mark.engine("sqlite")
def test_neighbours_are_never_sent_anywhere_by_us(desk, inside):
    with desk.database.read() as session:
        assert not session.get_one(Agency, "kutim112").active
    incident_id = opened(desk, **NORTH)
    assert "112 Kutai Timur" not in inside("operator").get(f"/console/kejadian/{incident_id}/forward").text

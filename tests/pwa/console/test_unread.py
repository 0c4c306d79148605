"""A reporter's news reach the eyes and ears of the room, whatever the incident's state."""

import pytest

from app.core.ids import new_id
from app.incidents.reporter import messages
from app.incidents.reporter import status as reporter_status
from tests.support.console import live, ring_once

pytestmark = pytest.mark.engine("sqlite")


def signal(house, incident_id, code="still_happening"):
    with house.desk.database.write() as session:
        reporter_status.signal(session, house.desk.report_of(incident_id), code)


def test_still_happening_rings_and_is_announced(house, at_desk):
    incident_id = house.desk.forwarded("tree_down", "bpbd")
    page = at_desk("operator", "/console/antrean")
    live(page)
    heard = ring_once(page)
    signal(house, incident_id)
    page.wait_for_function(f"() => window.rang > {heard}")
    assert page.locator("#announce").inner_text().startswith("Pelapor: masih terjadi.")
    assert "is-red" in page.locator(f"#i-{incident_id}").get_attribute("class")
    page.locator(f"#i-{incident_id}", has_text="1 kabar baru").wait_for()


def test_a_closed_incident_that_continues_is_reopened_from_the_queue(house, at_desk):
    incident_id = house.desk.report("fire")
    house.desk.move(incident_id, "open")
    house.desk.move(incident_id, "close", resolution="resolved")
    page = at_desk("operator", "/console/antrean")
    live(page)
    assert not page.locator(f"#i-{incident_id}").count()
    signal(house, incident_id)
    row = page.locator(f"#i-{incident_id}")
    row.get_by_text("Sudah ditutup, pelapor: masih terjadi").wait_for()
    row.get_by_role("button", name="Buka lagi").click()
    page.locator(f"#i-{incident_id} .s-opened").wait_for()
    assert house.desk.incident(incident_id).state == "opened"


def test_another_console_hears_that_somebody_has_looked(house, at_desk):
    incident_id = house.desk.report("flood")
    with house.desk.database.write() as session:
        report = house.desk.report_of(incident_id)
        messages.write_message(session, report, message_id=new_id(), text="Air naik")
    page = at_desk("operator", "/console/antrean")
    live(page)
    page.locator(f"#i-{incident_id} .news").wait_for()
    at_desk("supervisor", f"/console/kejadian/{incident_id}")
    page.locator(f"#i-{incident_id} .news").wait_for(state="detached")

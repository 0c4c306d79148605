"""Incident and task pages in the browser: fresh by themselves, gentle to who is typing, whole without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.console import live, ring_once
from tests.support.phone import wait_for

pytestmark = pytest.mark.engine("sqlite")


def test_the_page_follows_while_a_note_is_being_written(house, at_desk):
    incident_id = house.desk.forwarded("fire", "damkar")
    page = at_desk("operator", f"/console/kejadian/{incident_id}")
    live(page)
    page.locator("#note").fill("Selang kedua")
    house.desk.assignment(incident_id, "damkar", "accept")
    page.locator("#live-assignments", has_text="Tugas diterima").wait_for()
    page.locator("#live-timeline", has_text="Tugas diterima").wait_for()
    assert page.locator("#note").input_value() == "Selang kedua"
    page.locator(".write", has=page.locator("#note")).locator("button").click()
    page.locator("#live-notes", has_text="Selang kedua").wait_for()


def test_two_operators_see_each_other(house, at_desk):
    incident_id = house.desk.report("fire")
    at_desk("supervisor", f"/console/kejadian/{incident_id}")
    page = at_desk("operator", f"/console/kejadian/{incident_id}")
    name = house.person("supervisor").name
    expect(page.locator("#others")).to_have_text(f"Juga sedang melihat: {name}")


def test_a_message_of_the_reporter_appears(house, at_desk):
    from app.core.ids import new_id
    from app.incidents.reporter import messages

    incident_id = house.desk.report("flood")
    page = at_desk("operator", f"/console/kejadian/{incident_id}")
    live(page)
    with house.desk.database.write() as session:
        messages.write_message(
            session, house.desk.report_of(incident_id), message_id=new_id(), text="Air sampai lutut"
        )
    page.locator("#live-messages", has_text="Air sampai lutut").wait_for()


def test_from_report_to_closing_without_script(house, at_desk):
    incident_id = house.desk.report("fire")
    page = at_desk("operator", "/console/antrean", java_script_enabled=False)
    page.locator(f"#i-{incident_id} button").click()
    page.locator(f"#i-{incident_id}[data-state=opened] .row-link").click()
    page.get_by_role("link", name="Teruskan").click()
    page.get_by_role("button", name="Teruskan").click()
    wait_for(lambda: house.desk.incident(incident_id).state == "forwarded")
    page.locator("summary", has_text="Tutup kejadian").wait_for()
    field = at_desk("agency", "/console/tugas", "damkar", java_script_enabled=False)
    field.locator(".task-card").click()
    for label in ("Terima tugas", "Berangkat ke lokasi", "Sudah tiba", "Selesai"):
        field.get_by_role("button", name=label, exact=True).click()
    wait_for(lambda: house.desk.assignments(incident_id)["damkar"].state == "done")
    page.reload()
    page.locator("summary", has_text="Tutup kejadian").click()
    page.get_by_label("Tertangani").check()
    page.get_by_role("button", name="Tutup kejadian").click()
    wait_for(lambda: house.desk.incident(incident_id).state == "closed")


def test_a_new_task_appears_on_the_agencys_phone_and_rings(house, at_desk):
    page = at_desk("agency", "/console/tugas", "damkar")
    live(page)
    heard = ring_once(page)
    house.desk.forwarded("crime", "polres")
    house.desk.forwarded("fire", "damkar")
    page.locator(".task-card", has_text="Kebakaran").wait_for()
    page.wait_for_function(f"() => window.rang > {heard}")
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    assert page.locator(".task-card").count() == 1


def test_every_button_of_the_agency_is_large_enough_for_a_thumb(house, at_desk):
    incident_id = house.desk.forwarded("fire", "damkar")
    page = at_desk("agency", "/console/tugas", "damkar")
    page.locator(".task-card").click()
    page.wait_for_url("**/console/tugas/*")  # with its style sheets
    box = page.get_by_role("button", name="Terima tugas").bounding_box()
    assert box["height"] >= 60
    assert box["width"] >= 320
    assert box["y"] + box["height"] <= 740
    assert house.desk.incident(incident_id).state == "forwarded"

"""Every screen of console and agency, as the law wants it; with `long` in every look and language."""

import pytest

from app.core.ids import new_id
from app.incidents.control_room import handover
from app.incidents.reporter import messages
from tests.support.axe import LANGUAGES

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def day(house):
    """A little of everything; returns an incident with all that a page can show."""
    desk = house.desk
    desk.report("fire")
    desk.report("tree_down")
    desk.move(desk.report("gas_chemical"), "open")
    declined = desk.forwarded("wildlife", "damkar")
    desk.assignment(declined, "damkar", "decline")
    full = desk.forwarded(
        "flood",
        "damkar",
        "bpbd",
        lat=0.1169,
        lon=117.497,
        accuracy_m=40,
        source="gps",
        description="Air naik",
        answers='{"flood_depth": "knee"}',
        contact_phone="+628110000",
        may_call=True,
    )
    desk.assignment(full, "damkar", "accept")
    desk.move(full, "note", text="Perahu kedua disiapkan")
    with desk.database.write() as session:
        messages.write_message(session, desk.report_of(full), message_id=new_id(), text="Cepat")
        messages.send_message(session, desk.operator, desk.report_of(full), text="Sedang menuju lokasi")
    closed = desk.report("other")
    desk.move(closed, "open")
    desk.move(closed, "close", resolution="prank")
    return full


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rooms_screens(day, at_desk, language, axe_faults):
    page = at_desk("operator", f"/console/antrean?lang={language}")
    assert axe_faults(page) == []
    page.locator("#help-open").click() if page.locator("#help-open").is_visible() else page.keyboard.press(
        "?"
    )
    page.locator("#help[open]").wait_for()
    assert axe_faults(page) == []
    for path in (
        f"/console/kejadian/{day}",
        f"/console/kejadian/{day}/forward",
        "/console/antrean?cari=air",
        "/console/antrean?cari=tidakada",
        "/console/telepon",
        "/console/riwayat",
        "/console/instansi",
    ):
        page.goto(page.url.split("/console")[0] + path)
        for summary in page.locator("main summary").all():
            summary.click()
        assert axe_faults(page) == [], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_agencys_screens(day, house, at_desk, language, axe_faults):
    page = at_desk("agency", f"/console/tugas?lang={language}", "damkar")
    own = house.desk.assignments(day)["damkar"]
    assert axe_faults(page) == []
    for path in (f"/console/tugas/{own.id}", "/console/tugas/selesai"):
        page.goto(house.url + path)
        for summary in page.locator("main summary").all():
            summary.click()
        assert axe_faults(page) == [], path


KEPT = {
    "supervisor": (
        "/console/staf",
        "/console/pengawas",
        "/console/pengawas/statistik",
        "/console/pengawas/kejadian",
        "/console/pengawas/audit",
        "/console/pengawas/sasaran",
        "/console/serah-terima",
    ),
    "administrator": (
        "/console/staf",
        "/console/rute",
        "/console/instansi",
        "/console/nomor",
        "/console/pengawas/sasaran",
    ),
}


@pytest.mark.usefixtures("day")
@pytest.mark.parametrize("role", KEPT)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keepers_screens(house, at_desk, role, language, axe_faults):
    page = at_desk(role, f"/console/akun?lang={language}")
    for path in KEPT[role]:
        page.goto(house.url + path)
        if page.locator("main summary").count():
            page.locator("main summary").first.click()
        assert axe_faults(page) == [], path


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_incident_afterwards_and_a_shift_handed_over(day, house, at_desk, language, axe_faults):
    page = at_desk("supervisor", f"/console/pengawas/tinjauan/{day}?lang={language}")
    assert axe_faults(page) == []
    with house.desk.database.write() as session:
        row = handover.give_handover(
            session, house.person("operator", f"shift-{language}"), note="Radio 2", promises={}
        )
    page.goto(f"{house.url}/console/serah-terima/{row.id}")
    assert axe_faults(page) == []
    sign = page.get_by_role("button", name="membaca" if language == "id" else "read this")
    sign.click()
    sign.wait_for(state="detached")
    page.wait_for_load_state()
    assert axe_faults(page) == []


def test_refusals_are_readable_too(day, house, at_desk, axe_faults):
    page = at_desk("operator", "/console/kejadian/tidak-ada")
    assert axe_faults(page) == []
    page.goto(f"{house.url}/console/kejadian/{day}")
    page.locator("#live-moves summary", has_text="Tutup kejadian").click()
    house.desk.move(day, "set_priority", priority=3)
    page.locator("#live-moves input[value=prank]").check()
    page.locator("#live-moves .panel button", has_text="Tutup").first.click()
    page.locator("#fault").wait_for()
    assert axe_faults(page) == []

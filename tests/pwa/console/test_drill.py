"""A drill on real screens: started by a supervisor, its bar comes to an open console by itself, and it goes again."""

from playwright.sync_api import expect
from sqlalchemy import delete

from app.accounts.drills import Drill


def test_a_drill_from_start_to_end(house, at_desk, axe_faults):
    name = house.person("operator").name
    queue = at_desk("operator", "/console/antrean")
    expect(queue.locator("#drill-bar")).to_be_hidden()
    page = at_desk("supervisor", "/console/simulasi")
    try:
        assert axe_faults(page) == []
        page.get_by_label("Nama simulasi").fill("Gladi pasar")
        page.get_by_label(name).check()
        page.get_by_role("button", name="Mulai simulasi").click()
        expect(page.locator("#drill-bar")).to_contain_text("Gladi pasar")
        expect(queue.locator("#drill-bar")).to_contain_text("SIMULASI berlangsung: Gladi pasar")
        assert axe_faults(page) == []
        page.get_by_label("Patokan").fill("Pasar Rawa Indah")
        page.get_by_role("button", name="Kirim laporan simulasi").click()
        row = queue.locator("#rows .row-item")
        expect(row).to_contain_text("SIMULASI")
        row.locator("a").first.click()
        expect(queue.locator("body.rehearsal")).to_be_visible()
        assert axe_faults(queue) == []
        page.locator("#stop-drill").click()
        expect(page.get_by_role("button", name="Mulai simulasi")).to_be_visible()
        expect(queue.locator("#drill-bar")).to_be_hidden()
    finally:
        with house.desk.database.write() as session:
            session.execute(delete(Drill))

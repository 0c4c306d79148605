"""The whole chain with nothing played: a phone without signal, the three processes, operator and agency at their screens."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.reports.models import Report
from tests.support.console import DESK_SCREEN, PHONE_SCREEN
from tests.support.phone import WAITING, Phone, draft_id

SOON = 30_000
SEEN_WITHIN_S = 1.0
FIRST_ROW = """() => {
  globalThis.seen = new Promise((go) => {
    new MutationObserver(() => {
      const row = document.querySelector('#rows .row-item');
      if (row) go({ at: Date.now() / 1000, id: row.dataset.id });
    }).observe(document.getElementById('rows'), { childList: true });
  });
}"""


@pytest.fixture
def phone(playwright, tmp_path, system):
    """A phone that has never been here."""
    made = Phone(playwright, str(tmp_path / "profile"), system.url)
    yield made.switch_on()
    made.switch_off()


@pytest.fixture
def enter(new_context, system):
    """`enter("operator1", screen)`: sign in as a newcomer on this machine does; returns the page."""

    def _enter(name, screen):
        page = new_context(**screen).new_page()
        page.goto(f"{system.url}/console/masuk")
        page.fill("#name", name)
        page.fill("#password", system.staff[name])
        page.locator("main button").first.click()
        page.get_by_role("button", name="Nanti saja").click()
        page.locator("#live-tasks, #rows").wait_for(state="attached")
        return page

    return _enter


def test_from_a_killed_phone_without_signal_to_the_officer_on_scene(phone, enter, database):
    desk = enter("operator1", DESK_SCREEN)
    expect(desk.get_by_text("Tidak ada kejadian terbuka")).to_be_visible()
    desk.evaluate(FIRST_ROW)

    page = phone.open()
    phone.lose_signal()
    page.reload()
    page.get_by_role("link", name="Kebakaran").tap()
    page.get_by_role("button", name="Lanjut").tap()
    key = draft_id(page)
    page.get_by_label("Ceritakan singkat").fill("Api di dapur")
    page.get_by_role("button", name="Kirim laporan").tap()
    page.get_by_text(WAITING).wait_for()
    phone.kill()
    assert desk.locator("#rows .row-item").count() == 0

    phone.switch_on()  # no page of ours is open: Background Sync alone sends it
    seen = desk.evaluate("seen")
    with database.read() as session:
        report = session.scalars(select(Report)).one()
    assert (report.key, report.description, report.incident_id) == (key, "Api di dapur", seen["id"])
    assert seen["at"] - report.received_at.timestamp() <= SEEN_WITHIN_S
    assert phone.context.pages[0].url == "about:blank"

    page = phone.open(f"/laporan/{key}")
    now = page.locator(".now .strong")
    expect(now).to_have_text(re.compile(r"^Terkirim \d\d\.\d\d WITA"), timeout=SOON)
    expect(page.locator(".ladder .done").last).to_contain_text("Diterima pusat 112")
    row = desk.locator(f"#i-{seen['id']}")
    row.get_by_role("button", name="Terima").click()
    expect(now).to_have_text("Dibuka operator", timeout=SOON)
    row.locator("a[data-move=forward]").click()
    desk.locator("#forward").get_by_role("button", name="Teruskan").click()
    expect(row).to_contain_text("Damkar")
    expect(now).to_have_text(re.compile("^Diteruskan ke Damkar"), timeout=SOON)

    field = enter("damkar1", PHONE_SCREEN)
    field.locator(".task-card", has_text="Kebakaran").tap()
    for button, rung in (
        ("Terima tugas", "Damkar menerima tugas"),
        ("Berangkat ke lokasi", "Damkar menuju lokasi"),
        ("Sudah tiba", "Damkar tiba di lokasi"),
    ):
        field.get_by_role("button", name=button, exact=True).tap()
        expect(now).to_have_text(rung, timeout=SOON)
        expect(row.locator(".who-has")).to_contain_text("Damkar")
    assert not page.evaluate("siaga.database.all('outbox')")

"""The page of a report that belongs to a drill says so.

Nobody may take it for an emergency, nor an emergency for it.
"""

from playwright.sync_api import expect

from app.incidents import simulation

WORDS = "SIMULASI Ini laporan latihan. Keadaan darurat sungguhan? Telepon 112."


def test_the_page_of_a_rehearsed_report_says_so_at_once_and_from_the_phone_alone(page, room):
    report = room.follow(page, "fire")
    expect(page.locator(".news")).to_contain_text("Diperbarui")
    expect(page.locator(".drill")).to_have_count(0)
    with room.database.write() as session:
        simulation.mark(session, report["id"])
    expect(page.locator(".drill")).to_have_text(WORDS)
    page.goto(f"{room.url}/laporan")
    expect(page.locator(".mine .state")).to_have_text("SIMULASI · Diterima pusat 112")
    page.route(f"**/api/v1/reports/{report['id']}*", lambda route: route.abort())
    page.goto(f"{room.url}/laporan/{report['id']}")
    expect(page.locator(".drill")).to_have_text(WORDS)


def test_without_script_it_says_so_too(new_context, room):
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{room.url}/lapor")
    page.get_by_role("radio", name="Kebakaran").check()
    page.get_by_role("button", name="Kirim laporan").tap()
    page.get_by_role("heading", name="Laporan B-").wait_for()
    expect(page.locator(".drill")).to_have_count(0)
    with room.database.write() as session:
        simulation.mark(session, page.url.rsplit("/", 1)[1])
    page.reload()
    expect(page.locator(".drill")).to_have_text(WORDS)
    page.goto(f"{room.url}/laporan")
    expect(page.locator(".rows .row")).to_contain_text("SIMULASI · ")

"""The paper pack holds every open incident, escaped and whole, nothing silent, and is replaced in one piece."""

import stat

from app.core.i18n import LOCALES
from app.incidents.control_room import paper_pack
from app.incidents.reporter import messages
from app.worker.tasks import DUTIES, Tools

PLACE = {"lat": 0.1331, "lon": 117.4902, "source": "gps", "accuracy_m": 18, "landmark": "sebelah masjid"}


def test_every_open_incident_is_on_it_with_its_words_and_agencies(desk, database, monkeypatch):
    monkeypatch.setattr(paper_pack, "PAGE", 3)
    for place in range(7):
        desk.report("fire" if place % 2 else "flood", description=f"api nomor {place};")
    filed = desk.forwarded(
        "medical", "psc119", description="Kakek <b>jatuh</b>\ndi tangga", contact_phone="+6281234"
    )
    with database.write() as session:
        messages.send_message(session, desk.operator, desk.report_of(filed), text="Regu berangkat")
    closed = desk.report("wildlife", description="sudah beres")
    desk.move(closed, "open")
    desk.move(closed, "close", resolution="resolved")
    with database.read() as session:
        html = paper_pack.render(session)
    assert html.count("<article") == 8
    assert all(f"api nomor {place};" in html for place in range(7))
    assert "Kakek &lt;b&gt;jatuh&lt;/b&gt;\ndi tangga" in html
    for words in ("PSC 119", "Menunggu jawaban", "Regu berangkat", "+6281234", "jangan telepon"):
        assert words in html
    assert "sudah beres" not in html
    assert html.index("Kakek") < html.index("api nomor 0;"), "the most urgent first"
    assert "<script" not in html
    assert "http" not in html


def test_it_says_so_when_nothing_is_open_in_both_languages(database):
    with database.read() as session:
        shown = {locale: paper_pack.render(session, locale=locale) for locale in LOCALES}
    assert "Tidak ada kejadian terbuka." in shown["id"]
    assert "No open incidents." in shown["en"]


def test_the_worker_lays_it_on_the_disk_every_quarter_of_an_hour(settings, secrets, database, desk):
    tools = Tools(settings, secrets, database)
    duty = DUTIES["lay_paper"]
    assert duty.every_s == 15 * 60
    duty.work(tools)
    desk.report("fire", description="api kedua")
    duty.work(tools)
    folder = settings.data / paper_pack.FOLDER
    assert "api kedua" in (folder / paper_pack.SHEET).read_text()
    assert "api kedua" not in (folder / paper_pack.BEFORE).read_text()
    assert sorted(file.name for file in folder.iterdir()) == sorted([paper_pack.SHEET, paper_pack.BEFORE])
    for file in (folder, *folder.iterdir()):
        assert not stat.S_IMODE(file.stat().st_mode) & 0o077


def test_no_silent_case_is_on_it(client, inside):
    case = {"kind": "violence_home", "location": PLACE, "description": "kenari-rahasia"}
    assert client.post("/api/v1/reports", json=case).status_code == 201
    ordinary = {"kind": "fire", "location": PLACE | {"landmark": "dekat pasar"}}
    assert client.post("/api/v1/reports", json=ordinary).status_code == 201
    answer = inside("operator", cleared=True).get("/console/lembar-darurat")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.text.count("<article") == 1
    assert "dekat pasar" in answer.text
    for word in ("kenari-rahasia", "sebelah masjid", "Kekerasan di rumah"):
        assert word not in answer.text

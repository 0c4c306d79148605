"""The supervisor's room in words: who waits, how it went, what is behind a figure, and who may not look."""

import re

import pytest

from app.core.clock import now, wita_day
from app.incidents import simulation
from app.statistics import daily_rollup

pytestmark = pytest.mark.both_engines

PAGES = ("/console/pengawas", "/console/pengawas/statistik", "/console/pengawas/kejadian")


def plain(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["supervisor", "auditor"])
@pytest.mark.engine("sqlite")
def test_an_empty_room_is_a_page_too(inside, role, path):
    page = inside(role).get(path)
    assert page.status_code == 200
    assert "style=" not in page.text
    assert "<script>" not in page.text


def test_now_says_who_waits_and_who_is_silent(desk, inside, clock):
    waiting = desk.report("fire")
    clock.forward(seconds=10)
    silent = desk.forwarded("medical", "psc119")
    desk.report("tree_down")
    page = plain(inside("supervisor").get("/console/pengawas").text)
    assert "Mendekati batas" in page, "10 of 15 seconds"
    clock.forward(seconds=61)
    page = inside("supervisor").get("/console/pengawas").text
    assert page.index(waiting) < page.index(silent), "the worst first"
    for words in ("Lewat batas", "Ruang 112", "PSC 119", "1 mnt 1 dtk", "operator-desk"):
        assert words in page or words == "operator-desk", words
    assert page.index("Instansi yang belum menjawab") < page.rindex("PSC 119")


def test_statistics_keep_their_words_and_open_their_incidents(desk, inside, clock):
    incident_id = desk.report("fire", lat=0.1331, lon=117.4902, source="gps")
    clock.forward(seconds=12)
    desk.move(incident_id, "open")
    clock.forward(seconds=90)
    desk.move(incident_id, "forward", to=["damkar"])
    drill = desk.report("fire")
    with desk.database.write() as session:
        simulation.mark(session, desk.report_of(drill))
    while daily_rollup.step(desk.database):
        pass
    first = inside("supervisor")
    page = plain(first.get("/console/pengawas/statistik").text)
    assert "1 kejadian, 1 laporan" in page
    assert "12,0 dtk" in page
    assert "1 mnt 30 dtk" in page
    assert "Tercapai" in page
    assert "Tidak tercapai" in page
    day = wita_day(desk.incident(incident_id).received_at)
    behind = f"/console/pengawas/kejadian?dari={day}&sampai={day}&tahap=forwarding&jenis=fire"
    listed = first.get(behind).text
    assert incident_id in listed
    assert drill not in listed
    assert "1 kejadian" in listed
    cut = first.get("/console/pengawas/statistik?per=jenis&instansi=damkar&giliran=malam")
    assert cut.status_code == 200
    assert "1 mnt 30 dtk" in plain(first.get("/console/pengawas/statistik?instansi=damkar&per=jenis").text)


def test_a_quiet_cell_is_on_no_map(desk, inside):
    for _ in range(5):
        desk.report("flood", lat=0.1331, lon=117.4902, source="gps")
    for _ in range(4):
        desk.report("flood", lat=0.1700, lon=117.4700, source="gps")
    for _ in range(6):
        desk.report("violence_home", lat=0.1100, lon=117.4800, source="gps")
    page = inside("supervisor").get("/console/pengawas/statistik").text
    assert page.count('class="dense"') == 1
    assert "4 kejadian di petak yang lebih sepi" in page
    assert "kurang dari 5" in page


@pytest.mark.parametrize("query", ["dari=x", "dari=2026-11-30&sampai=2026-11-01", "dari=1990-01-01"])
@pytest.mark.engine("sqlite")
def test_days_that_are_none_are_refused_in_words(inside, query):
    answer = inside("supervisor").get(f"/console/pengawas/statistik?{query}")
    assert answer.status_code == 422
    assert "Tanggal" in answer.text


@pytest.mark.engine("sqlite")
def test_the_day_of_today_is_asked_for_as_it_is(inside):
    day = wita_day(now())
    assert inside("auditor").get(f"/console/pengawas/statistik?dari={day}&sampai={day}").status_code == 200


QUIET = (*PAGES, "/console/pengawas/audit", "/console/serah-terima")


@pytest.mark.usefixtures("clock")
def test_a_silent_case_changes_no_letter_of_the_room(quiet, inside, database):
    """Not one figure, row or number of the log moves when somebody asks for help in silence."""
    first = inside("supervisor")

    def seen():
        while daily_rollup.step(database):
            pass
        return [re.sub(r'(content|value)="\w{64}"', "", first.get(path).text) for path in QUIET]

    before = seen()
    assert quiet.send().status_code == 201
    assert seen() == before

"""Figures leave the house as CSV and workbooks; each time the log says who took them."""

import csv
import io
import json
import zipfile
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from app.console.oversight.spreadsheet import Table, as_csv, as_xlsx
from app.core.clock import wita_day
from app.core.models import Event
from app.incidents import simulation
from app.statistics import daily_rollup
from app.statistics.national_export import month_of

pytestmark = pytest.mark.both_engines

NAME = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def table(answer):
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def sheets(answer):
    """Return the names of a workbook's sheets and the texts of all its cells."""
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        names = [
            item.get("name") for item in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{NAME}sheet")
        ]
        strings = [item.text for item in ET.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{NAME}t")]
    return names, strings


@pytest.fixture
def day(desk, clock):
    """One incident of each class, and a drill."""
    fire = desk.report("fire")
    clock.forward(seconds=12.3)
    desk.move(fire, "open")
    desk.move(fire, "forward", to=["damkar"])
    for resolution in ("ghost", "prank", "information", "duplicate", "handed_over"):
        first = desk.report("other")
        desk.move(first, "open")
        desk.move(first, "close", resolution=resolution)
    with desk.database.write() as session:
        simulation.mark(session, desk.report_of(desk.report("flood")))
    while daily_rollup.step(desk.database):
        pass
    return wita_day(desk.incident(fire).received_at)


def test_statistics_come_as_csv_and_as_a_workbook(day, inside):
    first = inside("supervisor")
    rows = table(first.get("/console/pengawas/statistik.csv"))
    whole = rows[0]
    assert (whole["Kejadian"], whole["Laporan"], whole["Iseng"]) == ("6", "6", "1")
    fire = next(row for row in rows if row["Nilai"] == "Kebakaran")
    assert fire["Diterima → dibuka: p90 (detik)"] == "12.3"
    answer = first.client.get("/console/pengawas/statistik.xlsx", environ_base=first.environ)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="statistik-')
    names, strings = sheets(answer)
    assert names == ["Semua", "Tanggal", "Instansi", "Kelurahan", "Jenis", "Giliran"]
    assert {"Damkar", "Kebakaran", day} <= set(strings)


def test_the_national_month_has_four_classes_and_no_drill(day, inside):
    answer = inside("auditor").get(f"/console/pengawas/nasional.csv?bulan={day[:7]}")
    rows = table(answer)
    assert {row["Golongan"] for row in rows} == {"Normal", "Panggilan senyap", "Iseng", "Informasi"}
    assert sum(int(row["Laporan"]) for row in rows) == 6
    assert {row["Jenis"] for row in rows} == {"Kebakaran", "Lainnya"}
    assert month_of("2024-02") == ("2024-02-01", "2024-02-29")
    assert month_of("2026-12") == ("2026-12-01", "2026-12-31")


def test_the_log_comes_with_its_links_and_says_who_took_it(day, desk, inside):
    first = inside("auditor")
    rows = table(first.get("/console/pengawas/audit.csv?peristiwa=opened"))
    with desk.database.read() as session:
        stored = session.scalars(select(Event).where(Event.name == "opened").order_by(Event.seq.desc())).all()
        last = session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
    assert [(int(row["seq"]), row["hash"]) for row in rows] == [(event.seq, event.hash) for event in stored]
    assert {row["who"] for row in rows} == {"operator-desk"}
    assert (last.name, last.actor_id, json.loads(last.data)["what"]) == ("exported", first.staff_id, "audit")


@pytest.mark.parametrize("path", ["statistik.pdf", "nasional.exe", "audit.html"])
@pytest.mark.engine("sqlite")
def test_other_forms_do_not_exist(inside, path):
    assert inside("supervisor").get(f"/console/pengawas/{path}").status_code == 404


@pytest.mark.engine("sqlite")
def test_a_month_that_is_none_is_refused(inside):
    assert inside("supervisor").get("/console/pengawas/nasional.csv?bulan=2026-13").status_code == 422


@pytest.mark.engine("sqlite")
def test_no_cell_is_a_formula(app):
    wicked = Table("x", ["who", "n"], [['=HYPERLINK("http://x")', 1.5], ["+1", None]])
    with app.test_request_context():
        cells = list(csv.reader(io.StringIO(as_csv(wicked, "x").data.decode("utf-8-sig"))))
        assert cells[1] == ['\'=HYPERLINK("http://x")', "1.5"]
        answer = as_xlsx([wicked], "x")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<v>1.5</v>" in sheet

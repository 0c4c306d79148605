"""Incidents that may be one: reasons on the page and in the row, merged and taken apart by a form."""

import re

import pytest

from app.incidents.duplicates import merge

pytestmark = pytest.mark.both_engines

HERE = {"lat": 0.1331, "lon": 117.4902, "accuracy_m": 18, "source": "gps"}
NEAR = HERE | {"lat": 0.1336}


def field(page, action, name):
    form = re.search(rf'action="[^"]*{action}".*?</form>', page, re.DOTALL)[0]
    return re.search(rf'name="{name}" value="([^"]*)"', form)[1]


def likeness(page):
    """Return what is known of who reported, in one line."""
    return " ".join(re.search(r'<p class="likeness">(.*?)</p>', page, re.DOTALL)[1].split())


def test_what_may_be_the_same_is_suggested_with_its_reasons_and_merged_and_parted(desk, inside):
    first = desk.report("fire", description="Api di warung Mawar", **HERE)
    second = desk.report("fire", description="warung mawar terbakar", **NEAR)
    item = inside("operator")
    assert "mirip B-0002" in item.get("/console/antrean").text
    page = item.get(f"/console/kejadian/{first}").text
    for words in ("jarak 55 m", "selisih 0 menit", "jenis sama", "kata yang sama: mawar, warung"):
        assert words in page
    fields = {name: field(page, "/merge", name) for name in ("version", "other", "other_version")}
    answer = item.post(f"/console/kejadian/{first}/merge", fields)
    assert (answer.status_code, answer.location) == (303, f"/console/kejadian/{first}")
    rows = item.get("/console/antrean").text
    assert rows.count('class="row-link"') == 1
    assert "2 laporan" in rows
    page = item.get(f"/console/kejadian/{first}").text
    assert likeness(page) == "2 laporan tanpa perangkat atau nomor pelapor, 0 foto, dalam 55 m, 0 menit"
    assert "Sudah digabung ke" in item.get(f"/console/kejadian/{second}").text
    fields = {name: field(page, "/unmerge", name) for name in ("version", "merging")}
    assert item.post(f"/console/kejadian/{first}/unmerge", fields).status_code == 303
    assert item.get("/console/antrean").text.count('class="row-link"') == 2


def test_who_told_is_said_in_words_that_are_true(desk, inside):
    """Nobody is counted as a reporter who is not known, and one is not "different"."""
    first = inside("operator")
    for shown, words in (
        ({}, "1 laporan tanpa perangkat atau nomor pelapor, 0 foto"),
        ({"contact_phone": "+628110000"}, "1 pelapor, 0 foto"),
    ):
        page = first.get(f"/console/kejadian/{desk.report('fire', **shown)}").text
        assert likeness(page) == words
    page = first.get(f"/console/kejadian/{desk.report('fire')}?lang=en").text
    assert likeness(page) == "1 report without a reporter&#39;s phone or number, 0 photos"


def test_a_note_of_what_was_merged_is_read_with_its_number(desk, inside):
    first, second = desk.report("fire", **HERE), desk.report("fire", **NEAR)
    desk.move(second, "note", text="Dua mobil datang")
    item = inside("operator")
    notes = r'id="live-notes".*?</section>'
    page = item.get(f"/console/kejadian/{first}").text
    assert "Dua mobil datang" not in re.search(notes, page, re.DOTALL)[0]
    fields = {name: field(page, "/merge", name) for name in ("version", "other", "other_version")}
    assert item.post(f"/console/kejadian/{first}/merge", fields).status_code == 303
    for path in (f"/console/kejadian/{first}", f"/console/kejadian/{second}"):
        read = re.search(notes, item.get(path).text, re.DOTALL)[0]
        assert "Dua mobil datang" in read
        assert ("dari B-0002" in read) is path.endswith(first)


def test_who_merges_late_is_told_who_was_first(desk, inside):
    first, second = desk.report("fire", **HERE), desk.report("fire", **NEAR)
    item = inside("operator")
    desk.move(second, "open")
    fields = {"version": "1", "other": second, "other_version": "1"}
    answer = item.post(f"/console/kejadian/{first}/merge", fields)
    assert answer.status_code == 409
    assert "operator-desk" in answer.text
    with desk.database.read() as session:
        assert merge.parts(session, first) == []


def test_nobody_is_suggested_far_away_or_a_drill_or_violence_at_home(desk, inside):
    first = desk.report("fire", **HERE)
    desk.report("fire", **(HERE | {"lat": 0.15}))
    desk.report("violence_home", **NEAR)
    page = inside("operator").get(f"/console/kejadian/{first}").text
    assert "Mungkin kejadian yang sama" not in page

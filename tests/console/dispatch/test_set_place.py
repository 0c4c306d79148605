"""An operator finds a place by its name and puts it on an incident: an event, and the same form without script."""

import re

import pytest
from sqlalchemy import select

from app.core.models import Event
from app.reports.models import Report

pytestmark = pytest.mark.engine("sqlite")


def fields(page, name):
    """Return the hidden fields of the form beside a place."""
    row = next(part for part in page.split("<li>") if f"<strong>{name}</strong>" in part)
    return dict(re.findall(r'name="(version|kind|name|lat|lon)" value="([^"]*)"', row))


def test_a_found_kelurahan_is_put_without_a_point_that_would_mislead(desk, inside):
    incident_id, first = desk.report("fire", source="none"), inside("operator")
    assert f"/console/kejadian/{incident_id}/set_place" in first.get(f"/console/kejadian/{incident_id}").text
    page = first.get(f"/console/kejadian/{incident_id}/set_place?cari=loktuan").text
    answer = first.post(f"/console/kejadian/{incident_id}/set_place", fields(page, "Lok Tuan"))
    assert answer.status_code == 303
    row = desk.incident(incident_id)
    assert (row.kelurahan, row.source, row.lat, row.kelurahan_exact) == (
        "64.74.01.1003",
        "kelurahan",
        None,
        True,
    )
    with desk.database.read() as session:
        event = session.scalars(select(Event).order_by(Event.seq.desc()).limit(1)).one()
        received = session.scalars(select(Report).where(Report.incident_id == incident_id)).one()
    assert (event.name, event.actor_id, "Lok" in event.data) == ("set_place", first.staff_id, False)
    assert received.source == "none", "what the reporter said is never edited"
    assert "Tempat dipasang" in first.get(f"/console/kejadian/{incident_id}").text


def test_a_point_moves_the_incident_there_and_whoever_was_late_is_told(desk, inside):
    incident_id, first = desk.report("fire"), inside("operator")
    page = first.get(f"/console/kejadian/{incident_id}/set_place?cari=0.13310,117.49020").text
    sent = fields(page, "0.13310,117.49020")
    assert first.post(f"/console/kejadian/{incident_id}/set_place", sent).status_code == 303
    row = desk.incident(incident_id)
    assert (round(row.lat, 4), round(row.lon, 4), row.source) == (0.1331, 117.4902, "address")
    assert row.cell is not None
    assert first.post(f"/console/kejadian/{incident_id}/set_place", sent).status_code == 409


def test_nonsense_is_refused_and_nothing_found_is_said(desk, inside):
    incident_id, first = desk.report("fire"), inside("operator")
    assert "Tidak ditemukan" in first.get(f"/console/kejadian/{incident_id}/set_place?cari=qqqqzzz").text
    wrong = {"version": "1", "kind": "school", "name": "X", "lat": "x", "lon": "117"}
    assert first.post(f"/console/kejadian/{incident_id}/set_place", wrong).status_code == 422
    assert inside("auditor").get(f"/console/kejadian/{incident_id}/set_place").status_code == 403

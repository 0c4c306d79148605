"""A field of a report is spelled in its table and in what is sent; both engines store it from there."""

import json

import pytest
from sqlalchemy import select, text

from app.core.db import Base
from app.core.ids import new_id
from app.incidents.models import Incident
from app.reports.intake import open_reception
from app.reports.models import Report
from app.reports.report_draft import ReportDraft


def sent(**fields):
    key = new_id()
    return ReportDraft(key=key, body_hash="0" * 64, kind="fire", **fields)


def draft(database):
    """Return a report before it is written, as the web process makes it."""
    return open_reception(database)._draft(sent())


def with_default(table):
    return {
        column.name for column in Base.metadata.tables[table].columns if column.server_default is not None
    }


@pytest.mark.engine("sqlite")
def test_every_column_of_a_report_is_written(database):
    assert draft(database).report().keys() == set(Report.__table__.columns.keys())


@pytest.mark.engine("sqlite")
def test_an_incident_begins_with_all_that_it_must_have(database):
    row = draft(database).incident()
    columns = Incident.__table__.columns
    required = {column.name for column in columns if not column.nullable and column.server_default is None}
    assert required - {"number"} <= row.keys() <= set(columns.keys())


def test_every_field_arrives(database):
    made = {
        "kind_word": "api", "source": "gps", "lat": 0.1, "lon": 117.4, "accuracy_m": 18.5, "age_s": 4.0,
        "landmark": "masjid", "description": "Api 'di' \"dapur\"", "answers": '{"a":"b"}', "contact_name": "Ani",
        "contact_phone": "+62811", "may_call": True, "locale": "en", "channel": "sms", "simulation": True,
    }  # fmt: skip
    stored = open_reception(database).receive(sent(**made)).report
    with database.read() as session:
        report = session.get_one(Report, stored.id)
        assert {name: getattr(report, name) for name in made} == made
        incident = session.get_one(Incident, report.incident_id)
        assert (incident.lat, incident.landmark, incident.simulation) == (0.1, "masjid", True)
        assert (incident.state, incident.version, incident.reports) == ("received", 1, 1)
        assert (incident.doubt, incident.unseen) == (0, 0)


def test_one_key_twice_in_one_batch_is_one_report(database):
    reception = open_reception(database)
    first = reception._draft(sent())
    second = reception._draft(first.submitted)
    with database.read() as session:
        assert {outcome.report.id for outcome in reception._write([first, second])} == {first.report_id}
        assert session.scalars(select(Report.id)).all() == [first.report_id]


@pytest.mark.engine("postgresql")
def test_a_process_of_the_release_before_knows_no_new_column(database):
    """What is missing begins with the default of its column, so that both releases may write at once."""
    first = draft(database)
    report, incident = first.report(), first.incident()
    for row, table in ((report, "report"), (incident, "incident")):
        for name in with_default(table):
            row.pop(name, None)
    batch = [
        {
            "report": report,
            "incident": incident,
            "event": {"name": "received", "actor": "reporter", "data": "{}"},
            "event_tail": "",
        }
    ]
    with database.write() as session:
        session.execute(text("SELECT take_reports(:batch)"), {"batch": json.dumps(batch, default=str)})
    with database.read() as session:
        assert not session.get_one(Report, first.report_id).simulation
        found = session.get_one(Incident, first.incident_id)
        assert (found.simulation, found.doubt, found.unseen) == (False, 0, 0)


def test_a_column_is_added_while_reports_come_in(database):
    reception = open_reception(database)
    reception.receive(sent())
    with database.write() as session:
        session.execute(text("ALTER TABLE report ADD COLUMN later TEXT"))
        session.execute(text("ALTER TABLE incident ADD COLUMN later INTEGER"))
    assert [reception.receive(sent()).report.number for _ in range(2)] == [2, 3]

"""A rehearsal is marked from the first moment: no screen, push or figure ever takes it for real."""

from sqlalchemy import select

from app.core.ids import new_id
from app.incidents.models import Incident
from app.reports.intake import open_reception
from app.reports.models import Report
from app.reports.report_draft import ReportDraft


def shown(**data):
    key = new_id()
    return ReportDraft(key=key, body_hash="0" * 64, kind="fire", **data)


def test_a_simulated_report_is_born_marked(database):
    reception = open_reception(database)
    real = reception.receive(shown()).report.id
    drill = reception.receive(shown(simulation=True)).report.id
    with database.read() as session:
        rows = session.execute(
            select(Report.id, Report.simulation, Incident.simulation).join(
                Incident, Incident.id == Report.incident_id
            )
        ).all()
    assert {row[0]: tuple(row[1:]) for row in rows} == {real: (False, False), drill: (True, True)}


def test_the_same_key_marks_nothing_that_was_real(database):
    """Whoever repeats a report cannot turn it into a drill."""
    reception = open_reception(database)
    first = shown()
    real = reception.receive(first).report.id
    again = ReportDraft(key=first.key, body_hash=first.body_hash, kind="fire", simulation=True)
    receipt = reception.receive(again)
    assert (receipt.report.id, receipt.fresh) == (real, False)
    with database.read() as session:
        assert not session.get_one(Report, real).simulation

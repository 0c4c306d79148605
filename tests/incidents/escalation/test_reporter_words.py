"""What a reporter is told while an agency or the room is silent: whose answer is waited for, and who is called."""

from app.incidents.reporter.progress import list_progress
from app.reports.models import Report


def rungs(night, incident_id):
    with night.database.read() as session:
        return list_progress(session, session.get_one(Report, night.desk.report_of(incident_id)))


def test_the_reporter_reads_whose_answer_is_waited_for(night):
    incident_id = night.desk.forwarded("fire", "damkar")
    night.pass_by(62)
    read = rungs(night, incident_id)
    assert (read[-1].name, read[-1].agency) == ("waiting", "Damkar")
    night.pass_by(90)
    read = rungs(night, incident_id)
    assert [(item.name, item.agency) for item in read[-4:]] == [
        ("waiting", "Damkar"),
        ("waiting_head", "Damkar"),
        ("waiting_supervisor", "Damkar"),
        ("forwarded", "BPBD"),
    ]


def test_a_silent_supporter_is_no_news_for_the_reporter(night):
    incident_id = night.desk.forwarded("fire", "damkar", "pln")
    night.desk.assignment(incident_id, "damkar", "accept")
    night.pass_by(200, tick=5)
    read = rungs(night, incident_id)
    assert read[-1].name == "accepted"


def test_the_reporter_reads_that_the_room_is_woken(night):
    incident_id = night.desk.report("fire")
    night.pass_by(65)
    read = rungs(night, incident_id)
    assert [item.name for item in read] == ["received", "waking", "waking_supervisor", "waking_head"]

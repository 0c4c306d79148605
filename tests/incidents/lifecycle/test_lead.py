"""Who leads can change among those who have an incident: one event, one lead, and everybody who acts is told."""

import json

import pytest

from app.core.errors import Conflict, Forbidden, Invalid
from app.incidents.actor import Actor
from app.incidents.lifecycle import commands

pytestmark = pytest.mark.both_engines


def leads(desk, incident_id):
    return [code for code, row in desk.assignments(incident_id).items() if row.leads]


def test_another_of_those_who_have_it_leads(desk):
    incident_id = desk.forwarded("fire", "damkar", "polres", "pln")
    before = {code: (row.state, row.version) for code, row in desk.assignments(incident_id).items()}
    step = desk.move(incident_id, "lead", agency="polres")
    assert (leads(desk, incident_id), desk.incident(incident_id).lead) == (["polres"], "polres")
    assert (step.version, step.state) == (4, "forwarded")
    own = desk.assignments(incident_id)
    assert {code: (row.state, row.version) for code, row in own.items()} == before, "nobody's work changes"
    event = desk.events(incident_id)[-1]
    details = json.loads(event.data)
    assert (event.name, event.actor_id) == ("lead", desk.operator.id)
    assert (details["was"], details["agency"], details["assignment"]) == (
        "damkar",
        "polres",
        own["polres"].id,
    )


@pytest.mark.parametrize(
    ("agency", "code"),
    [("damkar", "already_leads"), ("pln", "not_assigned"), ("bpbd", "not_assigned"), ("", "not_assigned")],
)
@pytest.mark.engine("sqlite")
def test_who_leads_already_or_has_no_part_cannot_be_given_the_lead(desk, agency, code):
    incident_id = desk.forwarded("fire", "damkar", "polres", "pln")
    desk.assignment(incident_id, "pln", "decline")
    with pytest.raises(Invalid) as refused:
        desk.move(incident_id, "lead", agency=agency)
    assert refused.value.faults == [("/agency", code)]
    assert leads(desk, incident_id) == ["damkar"]


@pytest.mark.engine("sqlite")
def test_a_lead_that_declined_is_followed_by_one_who_is_still_there(desk):
    incident_id = desk.forwarded("fire", "damkar", "polres")
    desk.assignment(incident_id, "damkar", "decline")
    desk.move(incident_id, "lead", agency="polres")
    assert leads(desk, incident_id) == ["polres"]


@pytest.mark.engine("sqlite")
def test_before_anybody_has_it_there_is_no_lead_to_give(desk):
    incident_id = desk.report("fire")
    for move, more in (("open", {}), ("close", {"resolution": "prank"})):
        with pytest.raises(Conflict):
            desk.move(incident_id, "lead", agency="damkar")
        desk.move(incident_id, move, **more)
    with pytest.raises(Conflict):
        desk.move(incident_id, "lead", agency="damkar")


def test_two_who_give_the_lead_at_once_one_wins(desk, hire):
    incident_id = desk.forwarded("fire", "damkar", "polres", "pln")
    second = Actor(hire("supervisor-late", "supervisor"), "supervisor-late", "supervisor")
    desk.move(incident_id, "lead", agency="polres")
    with pytest.raises(Conflict) as late, desk.database.write() as session:
        commands.lead(session, second, incident_id, version=3, agency="pln")
    assert (late.value.extra["who"], late.value.extra["what"]) == ("operator-desk", "lead")
    assert leads(desk, incident_id) == ["polres"]
    desk.move(incident_id, "lead", agency="pln", by=second)
    assert leads(desk, incident_id) == ["pln"]


@pytest.mark.engine("sqlite")
def test_an_agency_takes_no_lead_by_itself(desk, hire):
    incident_id = desk.forwarded("fire", "damkar", "polres")
    polres = Actor(hire("polres-x", "agency", "polres"), "polres-x", "agency", "polres")
    with pytest.raises(Forbidden):
        desk.move(incident_id, "lead", agency="polres", by=polres)

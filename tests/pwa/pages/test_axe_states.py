"""Screens that come and go with what happens: notices, pages that are not there, banners, conflicts.

Axe finds nothing on them.
"""

import pytest

from app.core.clock import now
from app.core.ids import new_id
from app.core.secrets import load_secrets
from app.incidents.models import CallBeacon
from app.silent.dispatch_summary import read_summary
from app.silent.intake import SilentReport, store_silent_report
from tests.support.axe import LANGUAGES
from tests.support.silent import BLOCK

pytestmark = pytest.mark.engine("sqlite")
LOCALE = {"id": "id-ID", "en": "en-GB"}
SUBMIT = """() => document.querySelector('#live-moves form[action$="/open"]').submit()"""
ADD = """async () => {
  const key = siaga.uuid();
  await siaga.outbox.add({ kind: 'fire' }, { key, kind: 'fire', location: null });
  await siaga.outbox.flush({ hurry: true });
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_home_says_of_reports_that_wait_or_were_refused_and_a_page_that_is_not_there(
    web, new_context, language, axe_faults
):
    page = new_context(locale=LOCALE[language], service_workers="block").new_page()
    page.goto(web.url)
    page.wait_for_function("() => globalThis.siaga?.outbox")
    page.route("**/api/v1/reports", lambda route: route.fulfill(status=422, json={"code": "invalid"}))
    page.evaluate(ADD)
    page.unroute("**/api/v1/reports")
    page.route("**/api/v1/reports", lambda route: route.abort())
    page.evaluate(ADD)
    page.locator(".notice").nth(1).wait_for()
    page.get_by_text("Belum terkirim. Telepon 112." if language == "id" else "Not sent").first.wait_for()
    assert axe_faults(page, enhanced=True) == []
    page.goto(f"{web.url}/tidak-ada?lang={language}")
    page.locator("a.call").wait_for()
    assert axe_faults(page, enhanced=True) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_queue_with_calls_a_lost_stream_and_a_late_one(house, at_desk, language, axe_faults):
    house.desk.report("fire")
    with house.desk.database.write() as session:
        session.add(CallBeacon(id=new_id(), lat=0.13, lon=117.49, kelurahan="64.74.01.1006", at=now()))
    page = at_desk("operator", f"/console/antrean?lang={language}")
    page.locator("#calls .calls li").first.wait_for()
    for state in ("lost", "stale", "polling", "live"):
        page.evaluate(
            """(state) => {
              const line = document.getElementById('stream').cloneNode();
              line.textContent = line.dataset[state];
              line.classList.toggle('good', state === 'live');
              line.hidden = false;
              line.id = `stream-${state}`;
              document.getElementById('stream').after(line);
            }""",
            state,
        )
    assert axe_faults(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_whoever_was_second(house, at_desk, language, axe_faults):
    """Without script it is a page of its own; it says who was first, with what and when."""
    incident = house.desk.report("flood")
    page = at_desk("operator", f"/console/akun?lang={language}")
    page.route("**/js/console/**", lambda route: route.abort())
    page.goto(f"{house.url}/console/kejadian/{incident}")
    house.desk.move(incident, "open")
    page.evaluate(SUBMIT)
    page.locator("#fault").wait_for()
    assert axe_faults(page) == []


STEPS = ("notified", "accept", "en_route", "on_scene", "done")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_agencys_task_in_every_state(house, at_desk, language, axe_faults):
    incident = house.desk.forwarded("fire", "damkar")
    own = house.desk.assignments(incident)["damkar"]
    page = at_desk("agency", f"/console/tugas/{own.id}?lang={language}", "damkar")
    for name in STEPS:
        if name != "notified":
            house.desk.assignment(incident, "damkar", name)
            page.reload()
        assert axe_faults(page) == [], name
    declined = house.desk.forwarded("flood", "damkar")
    own = house.desk.assignments(declined)["damkar"]
    house.desk.assignment(declined, "damkar", "decline")
    page.goto(f"{house.url}/console/tugas/{own.id}")
    assert axe_faults(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_silent_case_as_the_cleared_operator_sees_it(house, at_desk, language, axe_faults):
    key = new_id()
    silent = SilentReport(key=key, body=key, block=read_summary(BLOCK))
    case = store_silent_report(house.desk.database, load_secrets(house.web.data), silent).id
    page = at_desk("operator", f"/console/kasus/{case}?lang={language}", cleared=True)
    for summary in page.locator("main summary").all():
        summary.click()
    assert axe_faults(page) == []

"""Every screen of the counsellors' room and of emergency access; with `long` in every look and language."""

import pytest

from app.core.clock import now
from app.silent import emergency_access
from app.silent.counsellor_case import Counsellor
from tests.support.axe import LANGUAGES
from tests.support.counsellor_browser import PASSPHRASE, in_words

pytestmark = pytest.mark.engine("sqlite")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rooms_screens(at_room, running_counsel, house, language, axe_faults):
    counsel, shown = running_counsel, in_words(language)
    page, person = at_room(f"?lang={language}")
    page.locator("#passphrase").wait_for()
    assert axe_faults(page) == [], "no key yet"
    for field in ("#passphrase", "#passphrase-again"):
        page.locator(field).fill("pendek")
    page.locator("#vault form button").click()
    page.locator("#vault .alert-line").wait_for()
    assert axe_faults(page) == [], "a weak passphrase"
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#passphrase-again").fill(PASSPHRASE)
    page.locator("#vault form button").click()
    page.locator("#vault[data-state=open]").wait_for(timeout=30_000)
    page.locator("#vault summary").click()
    assert axe_faults(page) == [], "her key"
    counsel.ppa.publish()
    case_id = counsel.case()
    counsel.add(case_id, "chat", b"Halo")
    counsel.add(case_id, "manifest", b"{}")
    boss = house.person("supervisor")
    with counsel.database.write() as session:
        emergency_access.request_access(
            session, Counsellor(boss.id, now()), **counsel.called(case_id), reason="court_order"
        )
    page.goto(f"{house.url}/console/pendamping")
    page.locator("#vault[data-state=locked]").wait_for()
    assert axe_faults(page) == [], "the list, locked, glass asked for"
    page.goto(f"{house.url}/console/pendamping/kasus/{case_id}")
    page.locator("#vault[data-state=locked]").wait_for()
    assert axe_faults(page) == [], "a case nobody has taken"
    counsel.taken_by(person, case_id)
    page.reload()
    page.locator("#passphrase").fill(PASSPHRASE)
    page.locator("#vault form button").click()
    page.get_by_role("button", name=shown("open_story")).click(timeout=30_000)
    page.locator("#statement blockquote").wait_for()
    page.get_by_role("button", name=shown("open_messages", n=1)).click()
    page.locator("#talk li").wait_for()
    page.get_by_role("button", name=shown("open_file")).click()
    page.locator("#files .alert-line").wait_for()
    page.locator("#gate input[name=code_word]").check()
    page.locator("#gate button").click()
    page.locator("#statement a").wait_for()
    assert axe_faults(page) == [], "everything open"


@pytest.mark.parametrize("language", LANGUAGES)
def test_emergency_access(at_desk, running_counsel, house, language, axe_faults):
    counsel = running_counsel
    counsel.give_key(counsel.hire().id)
    counsel.ppa.publish()
    case_id = counsel.case()
    boss, keeper = house.person("supervisor"), house.person("administrator")
    with counsel.database.write() as session:
        requests = emergency_access.request_access(
            session, Counsellor(boss.id, now()), **counsel.called(case_id), reason="court_order"
        )
    for role in ("supervisor", "administrator"):
        page = at_desk(role, f"/console/darurat?lang={language}&ok=asked")
        assert axe_faults(page) == [], role
    with counsel.database.write() as session:
        emergency_access.approve_access(session, Counsellor(keeper.id, now()), requests)
    for path in ("/console/darurat", f"/console/darurat/{requests}"):
        page = at_desk("supervisor", f"{path}?lang={language}")
        assert axe_faults(page) == [], path

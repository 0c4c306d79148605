"""The queue at work: what was reported is there within a second, rings, counts, and is handled by keyboard alone."""

import time

import pytest

from tests.support.console import CAME, live, ring_once

pytestmark = pytest.mark.engine("sqlite")

ROW = "#rows .row-item"
SOON_S = 1.0


def numbers(page):
    return page.locator(f"{ROW} .number").all_text_contents()


def test_a_report_is_in_the_queue_within_a_second(house, at_desk):
    page = at_desk("operator", "/console/antrean", hurried=False)
    live(page)
    page.evaluate(CAME)
    took = []
    for kind in ("fire", "flood", "medical"):
        started = time.time()
        incident_id = house.desk.report(kind)
        page.wait_for_selector(f"#i-{incident_id}")
        took.append(page.evaluate(f"came['{incident_id}']") - started)
    assert min(took) < SOON_S, took
    kinds = page.locator(f"{ROW} .kind").all_text_contents()
    assert kinds == ["Kebakaran", "Gawat medis", "Banjir"]


def test_a_new_red_row_rings_counts_and_is_announced(house, at_desk):
    page = at_desk("operator", "/console/antrean")
    live(page)
    assert page.locator("#sound.asks").inner_text() == "Suara ditahan peramban: klik di sini"
    heard = ring_once(page)
    house.desk.report("tree_down")
    page.wait_for_selector(ROW)
    assert page.evaluate("window.rang") == heard
    house.desk.report("fire")
    page.wait_for_function(f"() => window.rang > {heard}")
    page.wait_for_function("() => document.title.startsWith('(2 · 1 merah) ')")
    assert "Kebakaran" in page.locator("#announce").inner_text()
    assert page.locator("[data-count=red]").inner_text() == "1"
    page.locator("#sound").click()
    page.wait_for_function("() => document.getElementById('sound').textContent === 'Suara mati'")
    heard = page.evaluate("window.rang")
    house.desk.report("medical")
    page.wait_for_function("() => document.title.startsWith('(3 · 2 merah) ')")
    assert page.evaluate("window.rang") == heard


def test_a_row_turns_late_by_itself_and_says_so(house, at_desk):
    from datetime import timedelta

    from app.core.clock import as_if, now

    with as_if(now() - timedelta(seconds=57)):
        house.desk.report("tree_down")
    page = at_desk("operator", "/console/antrean")
    row = page.locator(ROW)
    row.locator(".alarm", has_text="Terlambat dibuka").wait_for()
    assert "is-red" in row.get_attribute("class")


def test_the_whole_queue_by_keyboard(house, at_desk):
    fire, flood = house.desk.report("fire"), house.desk.report("flood")
    page = at_desk("operator", "/console/antrean")
    live(page)
    press = page.keyboard.press
    press("ArrowDown")
    press("j")
    assert page.locator(".row-item.current").get_attribute("id") == f"i-{flood}"
    press("k")
    press("ArrowUp")
    assert page.locator(".row-item.current").get_attribute("id") == f"i-{fire}"
    press("a")
    page.locator(f"#i-{fire}", has_text="Dibuka operator").wait_for()
    assert house.desk.incident(fire).state == "opened"
    assert page.locator(".row-item.current").get_attribute("id") == f"i-{fire}"
    press("f")
    page.locator("#forward[open] select").wait_for()
    assert page.locator("#lead").input_value() == "damkar"
    press("Escape")
    page.locator("#forward[open]").wait_for(state="hidden")
    press("f")
    page.locator("#forward[open] button[type=submit]").focus()
    press("Enter")
    page.locator(f"#i-{fire} .s-forwarded").wait_for()
    page.locator("#forward[open]").wait_for(state="hidden")  # the stream may be faster than the answer
    assert set(house.desk.assignments(fire)) == {"damkar", "polres", "psc119", "pln"}
    press("?")
    page.locator("#help[open]").wait_for()
    press("Escape")
    page.locator("#help[open]").wait_for(state="hidden")
    press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    press("a")
    assert page.locator("#find").input_value() == "a"
    press("Escape")
    page.locator(f"#i-{flood} .row-link").focus()
    press("Enter")
    page.wait_for_url(f"**/console/kejadian/{flood}")


def test_f_on_a_new_row_opens_it_first(house, at_desk):
    incident_id = house.desk.report("fire")
    page = at_desk("operator", "/console/antrean")
    live(page)
    page.keyboard.press("j")
    page.keyboard.press("f")
    page.locator("#forward[open] select").wait_for()
    assert house.desk.incident(incident_id).state == "opened"


def test_letters_can_be_switched_off(house, at_desk):
    incident_id = house.desk.report("fire")
    page = at_desk("operator", "/console/antrean")
    page.locator("#help-open").click()
    page.locator("#letters").uncheck()
    page.keyboard.press("Escape")
    page.locator("#help[open]").wait_for(state="hidden")
    moves = []
    page.on("request", lambda item: moves.append(item.url) if "/kejadian/" in item.url else None)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    page.evaluate("fetch('/healthz')")  # what the letter would have sent is on its way before this
    assert moves == []
    assert house.desk.incident(incident_id).state == "received"
    assert page.locator(".row-item.current").count() == 1


def test_the_late_operator_reads_who_was_first(house, at_desk):
    incident_id = house.desk.report("fire")
    page = at_desk("supervisor", "/console/antrean")
    live(page)
    page.route("**/console/api/changes*", lambda route: route.abort())
    house.desk.move(incident_id, "open")
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.locator("#announcer:not([hidden])").wait_for()
    shown = page.locator("#announcer").inner_text()
    assert shown.startswith(f"{house.desk.operator.name} lebih dulu: Dibuka, pukul ")


def test_the_focus_stays_on_a_row_that_others_change_and_pass(house, at_desk):
    first, second = house.desk.report("flood"), house.desk.report("flood")
    page = at_desk("operator", "/console/antrean")
    live(page)
    page.locator(f"#i-{second} .row-link").focus()
    house.desk.report("fire")
    house.desk.move(second, "open")
    page.locator(f"#i-{second}", has_text="Dibuka operator").wait_for()
    assert page.evaluate("document.activeElement.closest('.row-item').id") == f"i-{second}"
    house.desk.move(first, "open")
    house.desk.move(first, "close", resolution="prank")
    page.locator(f"#i-{first}").wait_for(state="detached")
    assert len(numbers(page)) == 2

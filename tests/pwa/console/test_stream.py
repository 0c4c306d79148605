"""Whatever happens to the connection, the queue ends complete, and says meanwhile that it may not be."""

import pytest

from tests.support.console import live

pytestmark = pytest.mark.engine("sqlite")


def wait_for(page, *incidents):
    for incident_id in incidents:
        page.wait_for_selector(f"#i-{incident_id}")


def test_nothing_is_missed_while_the_stream_is_down(house, at_desk):
    first = house.desk.report("fire")
    page = at_desk("operator", "/console/antrean")
    wait_for(page, first)
    live(page)
    house.stop_stream()
    polled = [house.desk.report("flood") for _ in range(3)]
    house.desk.move(first, "open")
    wait_for(page, *polled)
    page.locator(f"#i-{first}", has_text="Dibuka operator").wait_for()
    page.locator("#stream", has_text="Sambungan langsung terputus").wait_for()
    house.start_stream()
    page.locator("#stream.good", has_text="Tersambung lagi").wait_for()
    wait_for(page, house.desk.report("medical"))


def test_nothing_is_missed_while_the_network_is_away(house, at_desk):
    first = house.desk.report("fire")
    page = at_desk("operator", "/console/antrean")
    wait_for(page, first)
    live(page)
    page.context.set_offline(True)
    house.stop_stream()
    page.locator("#stream", has_text="Sambungan putus").wait_for()
    missed = [house.desk.report("flood") for _ in range(4)]
    house.desk.move(first, "open")
    house.desk.move(first, "close", resolution="ghost")
    house.start_stream()
    page.context.set_offline(False)
    wait_for(page, *missed)
    page.locator(f"#i-{first}").wait_for(state="detached")
    assert page.locator("#rows .row-item").count() == 4


def test_a_console_that_was_away_too_long_loads_itself_anew(house, at_desk):
    page = at_desk("operator", "/console/antrean")
    page.route(
        "**/console/api/changes*",
        lambda route: route.fulfill(json={"seq": 9, "reset": True, "incidents": []}),
    )
    with page.expect_navigation():
        house.desk.report("fire")
    page.unroute("**/console/api/changes*")


def test_somebody_who_is_signed_out_is_led_to_the_door(house, at_desk):
    from sqlalchemy import text

    page = at_desk("operator", "/console/antrean")
    live(page)
    with house.desk.database.write() as session:
        session.execute(text("UPDATE staff_session SET ended_at = created_at"))
    page.wait_for_url(lambda url: "/console/masuk" in url)

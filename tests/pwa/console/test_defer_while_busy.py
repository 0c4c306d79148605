"""Nothing moves under a hand: what comes in while something is pressed rings and counts, and waits to be put in."""

import pytest

pytestmark = pytest.mark.engine("sqlite")

HEAR = "window.rang = 0; document.addEventListener('siaga:rang', () => window.rang++)"
FIRST = "id => document.querySelector('#rows .row-item').id === `i-${id}`"
HANDS = (
    (lambda page, button: (button.hover(), page.mouse.down()), lambda page: page.mouse.up()),
    (lambda page, button: (button.focus(), page.keyboard.down(" ")), lambda page: page.keyboard.up(" ")),
)


@pytest.fixture
def two(house, at_desk):
    """The queue with two rows that are not red, and the bell allowed to ring; returns (page, their ids)."""
    ids = [house.desk.report("tree_down"), house.desk.report("tree_down")]
    page = at_desk("operator", "/console/antrean")
    page.evaluate(HEAR)
    page.locator("#sound").click()
    page.locator("#sound:not(.asks)").wait_for()
    for id_ in ids:
        page.locator(f"#i-{id_}").wait_for()
    if page.locator("#sound").get_attribute("aria-pressed") == "false":
        page.locator("#sound").click()
    page.locator("#sound[aria-pressed=true]").wait_for()
    return page, ids


def order(page):
    return [row.get_attribute("id")[2:] for row in page.locator("#rows .row-item").all()]


def come_in(house, page):
    """Let a red row come in; return its id once the page has told of it."""
    heard = page.evaluate("window.rang")
    fire = house.desk.report("fire")
    page.locator("[data-count=red]", has_text="1").wait_for()
    page.locator("#put-in", has_text="1 baru").wait_for()
    page.wait_for_function("heard => window.rang > heard", arg=heard)
    assert "Kebakaran" in page.locator("#announce").inner_text()
    assert "· 1 merah) " in page.title()
    return fire


@pytest.mark.parametrize(("press", "let_go"), HANDS, ids=["pointer", "space"])
def test_what_is_pressed_is_what_opens_and_then_the_rows_are_put_in_order(house, two, press, let_go):
    page, (first, second) = two
    button = page.locator(f"#i-{first} form[data-move=open] button")
    press(page, button)
    before = button.bounding_box()
    fire = come_in(house, page)
    assert order(page) == [first, second]
    assert button.bounding_box() == before
    let_go(page)
    page.locator(f"#i-{first}[data-state=opened]").wait_for()
    page.wait_for_function(FIRST, arg=fire)
    assert order(page) == [fire, first, second]
    page.locator("#put-in").wait_for(state="hidden")
    assert house.desk.incident(first).state == "opened"
    assert {house.desk.incident(item).state for item in (second, fire)} == {"received"}


def test_a_row_that_others_change_stays_whole_until_it_is_let_go(house, two):
    page, (first, second) = two
    page.locator(f"#i-{second} form[data-move=open] button").hover()
    page.mouse.down()
    house.desk.move(first, "open")
    house.desk.move(first, "close", resolution="prank")
    house.desk.move(second, "open")
    come_in(house, page)
    assert order(page) == [first, second]
    page.mouse.up()
    page.locator(f"#i-{first}").wait_for(state="detached")
    page.locator(f"#i-{second}[data-state=opened]").wait_for()
    shown = page.locator("#announcer:not([hidden])").inner_text()
    assert shown.startswith(f"{house.desk.operator.name} lebih dulu: Dibuka, pukul ")


def test_the_count_of_what_waits_puts_it_in_and_leads_there(house, two):
    page, (first, second) = two
    page.locator(f"#i-{first} .place").hover()
    page.mouse.down()
    fire = come_in(house, page)
    page.locator("#put-in").press("Enter")
    page.locator(f"#i-{fire}.current .row-link:focus").wait_for()
    assert order(page) == [fire, first, second]
    page.locator("#put-in").wait_for(state="hidden")


def test_a_pointer_that_never_rests_does_not_keep_a_red_row_out(house, two):
    page, (first, _) = two
    page.evaluate(
        "() => setInterval(() => document.getElementById('rows').dispatchEvent(new PointerEvent('pointermove')), 100)"
    )
    page.wait_for_function(
        "() => new Promise(done => document.getElementById('rows').addEventListener('pointermove', () => done(true)))"
    )
    assert order(page)[0] == first
    page.wait_for_function(FIRST, arg=house.desk.report("fire"))

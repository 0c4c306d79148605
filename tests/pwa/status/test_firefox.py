"""The later screens in the other browser: what differs there is storage, workers, pictures and dialogs."""

from base64 import b64encode

import pytest

from tests.pwa.report.test_photos import RESTING, picture
from tests.support.dispatchers import KEEP
from tests.support.phone import wait_for

TEXT = "return document.querySelector(arguments[0])?.textContent ?? ''"


@pytest.fixture
def browser(firefox, web):
    firefox.open(web.url)
    wait_for(lambda: firefox.run("return !!globalThis.siaga?.outbox"))
    return firefox


def follow(browser, room, kind):
    filed, row = room.report_with_row(kind)
    browser.resolve(f"({KEEP})(arguments[0])", row)
    browser.open(f"{room.url}/laporan/{filed['id']}")
    wait_for(lambda: browser.run("return document.querySelectorAll('.ladder .done').length") == 2)
    return filed


@pytest.mark.long
def test_the_ladder_moves_and_words_arrive(browser, room):
    filed = follow(browser, room, "flood")
    room.open(filed)
    wait_for(lambda: "Dibuka operator" in browser.run(TEXT, ".ladder .last"))
    browser.run(
        "document.querySelector('#message').value = arguments[0];"
        "document.querySelector('.talk-place form').requestSubmit();",
        "Air naik",
    )
    wait_for(lambda: room.heard(filed) == ["Air naik"])
    room.say(filed, "Naik ke atap")
    wait_for(lambda: "Naik ke atap" in browser.run(TEXT, ".talk"))
    wait_for(lambda: browser.run("return document.querySelectorAll('.advice[open]').length") == 1)


@pytest.mark.long
def test_a_photo_gets_small_and_arrives(browser, room, web):
    filed = follow(browser, room, "fire")
    browser.run(
        """
        const bytes = Uint8Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0));
        const chosen = new DataTransfer();
        chosen.items.add(new File([bytes], 'foto.jpg', {type: 'image/jpeg'}));
        const input = document.querySelector('input[type=file]');
        input.files = chosen.files;
        input.dispatchEvent(new Event('change'));
        """,
        b64encode(picture(2400, 1800)).decode(),
    )
    wait_for(lambda: web.rows(f"{RESTING} AND state <> 'uploading'", filed["id"]))
    wait_for(lambda: "Foto terkirim" in browser.run(TEXT, ".photos"))
    row = browser.resolve("(await siaga.database.all('photos'))[0]")
    assert (row["width"], row["height"], row["type"]) == (1600, 1200, "image/jpeg")


@pytest.mark.long
def test_the_map_opens_and_moves_by_keys(browser, web):
    browser.open(f"{web.url}/lapor?kind=fire")
    wait_for(lambda: browser.run("return document.querySelectorAll('button.row').length"))
    browser.run(
        "[...document.querySelectorAll('button.row')].find((one) => /peta/.test(one.textContent)).click()"
    )
    wait_for(lambda: browser.run("return !!document.querySelector('.map.leaflet-container')"))
    assert browser.run("return document.querySelector('.map-foot > .button').disabled")
    press = (
        "document.querySelector('.map')"
        ".dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true}))"
    )
    browser.run(press, "Enter")
    wait_for(lambda: browser.run("return !!document.querySelector('.map .pin')"))
    browser.run(press, "ArrowUp")
    browser.run("document.querySelector('.map-foot > .button').click()")
    place = wait_for(lambda: browser.resolve("(await siaga.database.all('drafts'))[0]?.location"))
    assert place["source"] == "pin"
    assert place["lat"] > 0.133

"""S1: after whatever she does, no file of the browser's profile holds a word she typed; a control shows that it would.

This suite stands on its own feet: it starts real browsers on profiles of its own, types canary words into every field,
and reads every byte of every file, in UTF-8 and UTF-16.
"""

import random
import sqlite3
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.phone import wait_for
from tests.support.profiles import Chromium, Firefox

PLAIN = """() => {
  const field = document.createElement('textarea');
  field.id = 'canary';
  document.querySelector('main').prepend(field);
  return true;
}"""
"""A field that does not ask to be forgotten."""
FIELDS = ("words", "name", "phone", "word")
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@pytest.fixture(params=["chromium", pytest.param("firefox", marks=pytest.mark.long)])
def browser(request, refuge, tmp_path):
    """A browser with a profile of its own, on an installation whose counsellors have keys."""
    if request.param == "firefox":
        made = Firefox(request.getfixturevalue("new_firefox"), refuge.url)
    else:
        made = Chromium(request.getfixturevalue("playwright"), tmp_path / "profile", refuge.url)
    made.open()
    yield made
    made.quit()


TABS, WRITES_WITHIN_S = 6, 20.0
"""Firefox collects a tab some time after it changed; another tab makes it collect again."""


def canary():
    """A word that no dictionary, no font and no other test has."""
    dice = random.SystemRandom()
    return "".join(dice.choices(LETTERS, k=12))


def where(folder, words):
    """Every file that holds one of the words, and which."""
    sought = {
        text: (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")) for text in words if text
    }
    found = set()
    for file in Path(folder).rglob("*"):
        try:
            content = file.read_bytes() if file.is_file() else b""
        except OSError:
            continue  # a file that the running browser just took away
        found |= {
            (file.name, word) for word, forms in sought.items() if any(form in content for form in forms)
        }
    return found


def write_story(browser, words):
    """Open the tile and type a canary into every field before sending."""
    browser.click("#quiet summary")
    browser.click("#hush .rows .row")
    browser.click("#hush .actions .quiet")
    browser.click("#hush [value=whatsapp]")
    browser.click("#hush .hours + .tick input")
    browser.click("#hush .actions .quiet")
    wait_for(lambda: browser.read("#hush textarea, #hush .problem") is not None)
    browser.type("#hush textarea", words[0])
    for place, word in enumerate(words[1:], 2):
        browser.type(f"#hush .field:nth-of-type({place}) input", word)


@contextmanager
def unreachable(browser, refuge):
    """Let nobody answer for a while: a Chromium loses its network, for a Firefox the server is away."""
    if isinstance(browser, Chromium):
        browser.phone.lose_signal()
        yield
        browser.phone.find_signal()
        return
    refuge.web.stop()
    try:
        yield
    finally:
        refuge.web.start()


def left(browser):
    wait_for(lambda: "Pasang" in browser.read("main h1"))


def written(browser):
    """Wait until the browser has written what it keeps of open tabs: a word of a later one is there."""
    word = canary()
    for _ in range(TABS):
        browser.beside(PLAIN, "#canary", word)
        until = time.monotonic() + WRITES_WITHIN_S
        while time.monotonic() < until:
            if where(browser.folder, [word]):
                return
            time.sleep(0.25)
    pytest.fail(f"nothing of {TABS} tabs was written")


def test_no_file_of_the_profile_holds_a_word_she_typed(browser, refuge):
    words, shown = [], []

    def fresh():
        words.extend(shown)
        shown[:] = [canary() for _ in FIELDS]
        return shown

    write_story(browser, fresh())
    with unreachable(browser, refuge):
        browser.click("#hush .actions .button:last-child")
        if "mana" in browser.read("#hush h1"):
            browser.click("#hush .screen > .button.quiet")
        wait_for(lambda: browser.read("#hush .code"))
        receipt = browser.read("#hush .code").split()
        words += ["".join(receipt), " ".join(receipt)]
        assert browser.run("siaga.database.all('outbox').then((rows) => rows.length)") == 1
        browser.click("#hush .leave")
        left(browser)
    assert not where(browser.folder, words + shown), "sent and left"

    browser.open()
    write_story(browser, fresh())
    browser.click("#hush .leave")
    left(browser)
    assert not where(browser.folder, words + shown), "left"

    browser.open()
    browser.click("#quiet summary")
    browser.click("#hush .rows .row:last-child")
    digits = "".join(random.SystemRandom().choices("0123456789", k=16))
    browser.type("#hush .field input", digits)
    words.append(digits)
    browser.new_tab()
    browser.open()
    write_story(browser, fresh())
    written(browser)
    assert not where(browser.folder, words + shown), "a tab left open, another one closed"
    browser.kill()
    assert not where(browser.folder, words + shown), "killed"


def test_the_browser_closed_with_the_form_open_keeps_nothing(browser):
    """The same search finds a field that does not ask to be forgotten, and a row that is not sealed."""
    shown, stored = [canary() for _ in FIELDS], canary()
    browser.run(f"siaga.database.put('settings', {{ key: 'canary', value: '{stored}' }})")
    write_story(browser, shown)
    written(browser)
    browser.quit()
    assert {word for _, word in where(browser.folder, [*shown, stored])} == {stored}


def history(browser):
    """The addresses that the browser's own history holds, read from its file as a thief would."""
    files = {"History": "SELECT url FROM urls", "places.sqlite": "SELECT url FROM moz_places"}
    for name, query in files.items():
        for file in Path(browser.folder).rglob(name):
            copy = file.with_name(f"copy-{name}")
            for end in ("", "-wal"):
                if (kept := file.with_name(name + end)).exists():
                    copy.with_name(copy.name + end).write_bytes(kept.read_bytes())
            with closing(sqlite3.connect(copy)) as database:
                return {row[0] for row in database.execute(query) if row[0].startswith(browser.url)}
    raise AssertionError("no history")


def test_the_history_holds_no_row_that_a_look_at_the_app_would_not_leave(browser):
    """S2: whatever she did, home and the neutral page alone; and going back does not bring the form."""
    browser.open("/nomor")
    browser.open()
    write_story(browser, [canary() for _ in FIELDS])
    browser.click("#hush .leave")
    left(browser)
    browser.run("history.back()")
    wait_for(lambda: "Nomor" in browser.read("main h1"))
    assert browser.read("#hush") == ""
    browser.run("history.forward()")
    left(browser)
    assert browser.read("#hush") == ""
    browser.quit()
    found = history(browser)
    assert browser.url + "/nomor" in found, "the browser keeps a history"
    assert found <= {browser.url + path for path in ("/", "/nomor", "/pasang")}
